"""A stylesheet that parses each source once for the colours it stands under.

Textual's own reads all of it again whenever a screen or a kind of widget comes in: four times before the first frame.
"""

from __future__ import annotations

from textual.css.stylesheet import Stylesheet


class LastingStylesheet(Stylesheet):
    """Keeps what was parsed until the variables change, as they do with the theme."""

    def set_variables(self, variables: dict[str, str]) -> None:
        """Take the theme's variables. What was parsed under the same ones stays."""
        if variables != self._variables:
            super().set_variables(variables)

    def reparse(self) -> None:
        """Make the rules again of all sources, of which only new ones are parsed. Raises StylesheetError."""
        self.parse()
