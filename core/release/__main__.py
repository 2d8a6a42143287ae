"""python -P -m core.release COMMAND: what ships, what it is worth, and whether the cards agree.

ship         copy the trained eras from the store into assets/ and write their cards
ladder       lay a ladder that was measured (ladder --out FILE) beside the one that ships
intrinsic    measure what the shipped vectors and states are worth by themselves
moments      measure what random pairs of the shipped models' states look like
calibrate    measure how far the shipped models' sureness can be believed
verify       recompute the scores on every card from the shipped weights
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from core.catalog.ladder import LADDER
from core.evaluation import intrinsic
from core.release.calibrating import measure_shipped, verify_calibrations, write_calibrations
from core.release.cards import MODELS
from core.release.merging import merge
from core.release.moments import ship_moments, verify_moments
from core.release.ship import ship, write_card
from core.release.verify import open_session, verify, verify_behaviour, verify_intrinsic
from core.storage.atomic import write_json
from core.storage.paths import Home
from core.storage.store import default_store


def main(arguments: list[str] | None = None) -> int:
    """The commands. Returns 1 when a score does not agree with its card."""
    parser = argparse.ArgumentParser(prog="python -P -m core.release", description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("ship", "intrinsic", "moments", "calibrate", "ladder", "verify"))
    parser.add_argument("file", nargs="*", type=Path, help="of ladder: what was measured")
    given = parser.parse_args(arguments)
    what = given.what
    if what == "ladder":
        for file in given.file:
            merged = merge(json.loads(LADDER.read_bytes()), json.loads(file.read_bytes()))
            write_json(LADDER, merged.document)
            print(f"{file}: {merged.added} trials added; of {merged.both} in both {merged.agree} agree")
        return 0
    if what == "ship":
        for name in ship(default_store()):
            print(f"shipped {name}")
        size = sum(path.stat().st_size for path in MODELS.rglob("*") if path.is_file())
        print(f"{size / 1e6:.1f} MB in all")
        return 0
    if what == "intrinsic":
        session = open_session(MODELS, Home.locate().store.with_name("intrinsic"))
        specs = intrinsic.list_models(session.catalog)
        write_card(intrinsic.CARD, intrinsic.make_card(session.word_models, specs, print))
        return 0
    if what == "moments":
        for name in ship_moments():
            print(f"shipped {name}", flush=True)
        return 0
    if what == "calibrate":
        found = {}
        for key, each in measure_shipped():
            found[key] = each
            mended = "" if each.after is None else f"   T {each.temperature:.2f}: {100 * each.after:.1f} %"
            print(f"{each.model:<16} ECE {100 * each.before:4.1f} % of {each.n:,} test texts{mended}", flush=True)
        write_calibrations(found)
        return 0
    checks = [*verify(), *verify_intrinsic(), *verify_behaviour(), *verify_moments(), *verify_calibrations()]
    for name, claimed, value, agrees in checks:
        print(f"{'ok  ' if agrees else 'BAD '} {name:<50} card {claimed:9.4f}   measured {value:9.4f}")
    bad = sum(not agrees for *_, agrees in checks)
    print(f"{len(checks) - bad} scores agree, {bad} do not")
    return 1 if bad or not checks else 0


if __name__ == "__main__":
    sys.exit(main())
