"""What a person is told when something cannot be done: what is wrong, and what to do about it."""

from __future__ import annotations


class UserError(Exception):
    """`message` says what is wrong, `hint` what to do, both in plain words: shown as they are, in app and terminal."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(
            " ".join(filter(None, (message if message.endswith(".") or not hint else f"{message};", hint)))
        )
        self.message = message
        self.hint = hint


def explain(error: Exception, hint: str) -> UserError:
    """What a person is told of any error: its own words if it is meant for a person, else its kind, with `hint`."""
    return error if isinstance(error, UserError) else UserError(f"{type(error).__name__}: {error}", hint)
