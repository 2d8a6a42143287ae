"""What a report measured with fewer labels, as curves: the same on the screen and in a file."""

from __future__ import annotations

from core.appraisal.wording import Report
from core.benchmark.ladder_chart import curve_of
from core.drawing.learning_curves import CurveChart, CurvePoint, place_labels


def chart_labels(report: Report) -> CurveChart | None:
    """Accuracy against the number of labels, a curve an era that was measured so; None where none was.

    The majority class is not drawn: of many classes it lies so far below that nothing could be told apart any more.
    """
    points = report.get("ladder")
    if not points:
        return None
    counts = sorted({point["labels"] for point in points})
    places = dict(zip(counts, place_labels(counts), strict=True))
    eras = dict.fromkeys(point["era"] for point in points)
    curves = (
        curve_of(
            era,
            [CurvePoint(places[each["labels"]], each["mean"], each["sd"]) for each in points if each["era"] == era],
        )
        for era in eras
    )
    return CurveChart(
        "accuracy by number of labels",
        tuple(curves),
        tuple((places[count], f"{count:,}") for count in counts),
        broken=counts[0] == 0,
    )
