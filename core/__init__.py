"""Everything that computes: no terminal, no Textual, no plotext."""
