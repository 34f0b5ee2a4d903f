"""What podcast apps read."""
