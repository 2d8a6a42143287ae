"""Artifacts read back: vectors, language models, transformers, trained classifiers."""
