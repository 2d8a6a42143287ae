"""What vectors and states are worth by themselves, without a task."""
