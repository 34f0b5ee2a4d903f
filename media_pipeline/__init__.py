"""Files in, files out: how a recording becomes renditions."""
