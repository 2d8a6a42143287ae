"""Fine-tuning runs: the loop, its checkpoints, and the child process they live in."""
