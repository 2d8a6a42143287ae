"""A report as a file: one text, in the format that the file's name says."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from core.appraisal.html import to_html
from core.appraisal.markdown import to_markdown
from core.appraisal.wording import Report
from core.errors import UserError
from core.floats import finite


def to_json(report: Report) -> str:
    """All of it; a number that is none is null."""
    return json.dumps(finite(dict(report)), ensure_ascii=True, allow_nan=False, indent=1) + "\n"


FORMATS: dict[str, Callable[[Report], str]] = {".html": to_html, ".md": to_markdown, ".json": to_json}
"""What writes it, by how the file's name ends."""


def format_of(path: Path) -> str:
    """The ending of `FORMATS` that the file's name has, in any case. Raises UserError where it has none of them."""
    if path.suffix.lower() not in FORMATS:
        raise UserError(f"{path.name} says no format.", f"End it in {', '.join(FORMATS)}.")
    return path.suffix.lower()
