"""Where hosts work: everything here needs a signed-in person."""
