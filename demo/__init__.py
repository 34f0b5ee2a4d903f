"""The demo show: recordings of our own, and the programs that made them."""
