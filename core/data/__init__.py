"""Data: the tokenizer, vocabularies, labelled tasks and unlabelled text."""
