"""The entrance: which recordings come in, and what their hosts are told about them."""
