"""The options of a job on the command line: one a field, as it is declared there."""

from __future__ import annotations

from argparse import SUPPRESS, ArgumentParser, ArgumentTypeError, BooleanOptionalAction
from collections.abc import Callable, Collection
from typing import Any

from core.jobs import Declared, Job, Option, options_of


def add_fields(
    parser: ArgumentParser, kind: type[Job], besides: Collection[str] = (), preset: Collection[str] = ()
) -> None:
    """One option for each field of the job. Those named in `preset` are absent from what is parsed until typed."""
    for name, declared in options_of(kind).items():
        if name in besides:
            continue
        option = declared.option
        if declared.type is bool:
            # A preset may say yes, so it must be possible to say no.
            action = BooleanOptionalAction if name in preset else "store_true"
            absent = SUPPRESS if name in preset else False
            parser.add_argument(declared.flag, dest=name, action=action, default=absent, help=option.help)
            continue
        default = declared.default
        parser.add_argument(
            declared.flag,
            *option.also,
            dest=name,
            type=_plainly(declared),
            choices=option.choices or None,
            default=SUPPRESS if name in preset else default,
            metavar=option.metavar,
            help=option.help if default is None else f"{option.help} (default: {default})",
        )


def at_least(least: int) -> Callable[[str], int]:
    """A reader of whole numbers from `least` on; `10,000` is one too."""
    return _plainly(Declared("", int, None, False, Option("", low=least)))


def _plainly(declared: Declared) -> Callable[[str], Any]:
    """A reader whose complaint argparse passes on as it is."""

    def read(text: str) -> Any:
        try:
            return declared.read(text)
        except ValueError as error:
            raise ArgumentTypeError(str(error)) from None

    return read
