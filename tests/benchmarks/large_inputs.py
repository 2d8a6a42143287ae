"""The most memory held over large inputs: ten times as many lines, and a table against a small one of its kind."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

FEW, MANY = 20_000, 200_000
SMALL, LARGE = 1_000_000, 100_000_000
"""Bytes of a table."""
_WATCH = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
"""
"""A small process between: what a child is said to have held includes what its parent held when it was made."""
_WORDS = [f"word{number}" for number in range(3_000)]


def stream(environment: Mapping[str, str]) -> tuple[float, float]:
    """MB held at most by `predict -` over 200,000 lines, and over 20,000."""
    many, few = (_peak(["predict", "--model", "tfidf", "-"], environment, islice(_sentences(), n)) for n in (MANY, FEW))
    return many, few


def table(folder: Path, environment: Mapping[str, str]) -> float:
    """Bytes held for each byte of a CSV of short texts by `data`, above what a small file takes."""
    sizes, peaks = [], []
    for wanted in (SMALL, LARGE):
        path = folder / f"{wanted}.csv"
        sizes.append(_write_table(path, wanted))
        peaks.append(_peak(["data", str(path), "--json"], environment, iter(())))
    return 1_000_000 * (peaks[1] - peaks[0]) / (sizes[1] - sizes[0])


def _sentences() -> Iterator[str]:
    """Made-up sentences of twenty words, no two alike."""
    drawn = random.Random(0)
    number = 0
    while True:
        yield f"{' '.join(drawn.choices(_WORDS, k=20))} {number}"
        number += 1


def _write_table(path: Path, wanted: int) -> int:
    written = 0
    with path.open("w", encoding="ascii") as file:
        written += file.write("text,label\n")
        for number, sentence in enumerate(_sentences()):
            if written >= wanted:
                return written
            written += file.write(f"{sentence},{('good', 'bad')[number % 2]}\n")
    raise AssertionError("there is no end of sentences")


def _peak(arguments: list[str], environment: Mapping[str, str], lines: Iterator[str]) -> float:
    """MB of resident memory that the command held at most, with these lines on its standard input."""
    command = [sys.executable, "-P", "-m", "tui", *arguments]
    with subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", _WATCH, *command],
        env=dict(environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for line in lines:
            process.stdin.write(f"{line}\n")
        process.stdin.close()
        held = process.stdout.read()
    if process.returncode:
        raise RuntimeError(f"{arguments[0]} ended with {process.returncode}")
    # Kilobytes, but bytes on a Mac.
    return int(held) / (1_000_000 if sys.platform == "darwin" else 1_000)
