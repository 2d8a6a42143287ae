"""Learning from unlabelled text: one self-supervised objective a file."""
