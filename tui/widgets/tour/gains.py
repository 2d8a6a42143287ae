"""What a step bought, read off the ladder that ships: accuracy and gain, each with its interval."""

from __future__ import annotations

from textual.content import Content

from core.budget import name_budget
from core.catalog.ladder import Gain, Mean, MeasuredLadder
from tui.tour import Step

BUDGET, INTERVAL = 11, 13
UNMEASURED = "Not measured in the ladder that came with this version."


def describe_gains(step: Step, ladder: MeasuredLadder, data: str) -> Content:
    """A line a number of labels; each says when its gain is within the noise."""
    means = find_means(step, ladder, data)
    if not means:
        return Content.styled(UNMEASURED, "$muted")
    texts = max(mean.texts for mean in means)
    heading = f"Test texts right in %, with 95 % intervals ({texts:,} texts of {data})"
    lines = [Content.styled(heading, "$muted")]
    for mean in means:
        lines.append(
            Content.assemble(
                f"{name_budget(mean.labels):<{BUDGET}} ",
                describe_mean(mean),
                "  ",
                describe_gain(find_gain(mean, step.before, ladder)),
            )
        )
    return Content("\n").join(lines)


def find_means(step: Step, ladder: MeasuredLadder, data: str) -> list[Mean]:
    """What the step's eras scored at its numbers of labels, as far as it was measured."""
    found = {(mean.era, mean.labels): mean for era in step.measured for mean in ladder.of(era, data)}
    wanted = [(era, budget) for era in step.measured for budget in step.budgets]
    return [found[place] for place in wanted if place in found]


def find_gain(mean: Mean, before: str | None, ladder: MeasuredLadder) -> Gain | None:
    """The gain on the era before where the two were compared, else the one that the ladder gives first."""
    place = (mean.data, mean.era, mean.labels)
    against = (gain for gain in ladder.gains if (gain.data, gain.era, gain.labels) == place)
    return next((gain for gain in against if gain.against == before), None) or ladder.gain(mean)


def describe_mean(mean: Mean) -> Content:
    """An accuracy with its interval."""
    interval = f" [{100 * mean.low:.1f}, {100 * mean.high:.1f}]"
    return Content.assemble((f"{100 * mean.mean:.1f}", "bold"), interval.ljust(INTERVAL))


def describe_gain(gain: Gain | None) -> Content:
    """A gain with its interval; bold only where the interval leaves zero out."""
    if gain is None:
        return Content.styled("nothing to compare it with", "$muted")
    said = f"{100 * gain.mean:+.1f} [{100 * gain.low:+.1f}, {100 * gain.high:+.1f}] on {gain.against}"
    if gain.certain:
        return Content.styled(said, "bold")
    return Content.assemble((said, "$muted"), ("  within noise", "italic $muted"))
