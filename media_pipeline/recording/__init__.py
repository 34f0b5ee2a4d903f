"""A recording: its tracks and all of their packets, read in children."""
