"""What needs more than one object, the queue, or storage."""
