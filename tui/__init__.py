"""Everything a person sees: the Textual app and the entry point of the `nlp-tui` command."""
