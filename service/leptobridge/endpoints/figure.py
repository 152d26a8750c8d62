"""Figures of survival curves with the numbers at risk."""

from collections.abc import Mapping
from itertools import cycle
from pathlib import Path
from typing import Final

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from leptobridge.clinical.calendar import DAYS_PER_MONTH
from leptobridge.endpoints.survival import Estimate

#: Colours that people who see colours differently can tell apart (Okabe, Ito 2008).
_COLOURS: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
_MONTH: Final = float(DAYS_PER_MONTH)
#: Months between ticks; the first that gives at most so many is taken.
_INTERVALS: Final = (1, 2, 3, 6, 12, 24, 60)
_MOST_TICKS: Final = 9


def draw_survival(title: str, estimates: Mapping[str, Estimate], file: Path) -> None:
    """Writes a PNG: a curve per group with its 95 % limits, censored patients as ticks, numbers at risk below."""
    figure = Figure(figsize=(8, 4.6 + 0.5 * len(estimates)), dpi=150, layout="constrained")
    FigureCanvasAgg(figure)
    curves, table = figure.subplots(2, 1, height_ratios=(10, 0.6 + 0.7 * len(estimates)), sharex=True)
    longest = max((estimate.steps[-1].days for estimate in estimates.values() if estimate.steps), default=0) / _MONTH
    ticks = _ticks(longest)
    for colour, (group, estimate) in zip(cycle(_COLOURS), estimates.items(), strict=False):
        _draw_curve(curves, group, estimate, colour)
    figure.suptitle(title, x=0.01, ha="left")
    curves.set_ylim(0, 1.02)
    curves.yaxis.set_major_formatter(PercentFormatter(1))
    curves.set_ylabel("without event")
    curves.set_xlim(0, ticks[-1] * 1.02)
    curves.set_xticks(ticks)
    curves.tick_params(labelbottom=True)
    curves.set_xlabel("months")
    curves.spines[["top", "right"]].set_visible(False)
    curves.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1), borderaxespad=0.2, fontsize=9)
    _draw_numbers(table, estimates, ticks)
    figure.savefig(file)


def _draw_curve(axes: Axes, group: str, estimate: Estimate, colour: str) -> None:
    label = f"{group}: n = {estimate.patients}, events: {estimate.events}, median {_median(estimate)}"
    days = [0.0, *(step.days / _MONTH for step in estimate.steps)]
    axes.step(days, [1.0, *(step.survival for step in estimate.steps)], where="post", color=colour, label=label)
    limits = [
        (step.days / _MONTH, step.lower, step.upper)
        for step in estimate.steps
        if step.lower is not None and step.upper is not None
    ]
    axes.fill_between(
        [months for months, _, _ in limits],
        [lower for _, lower, _ in limits],
        [upper for _, _, upper in limits],
        step="post",
        color=colour,
        alpha=0.15,
        linewidth=0,
    )
    censored = [step for step in estimate.steps if step.censored]
    axes.plot(
        [step.days / _MONTH for step in censored],
        [step.survival for step in censored],
        linestyle="none",
        marker="|",
        markersize=8,
        color=colour,
    )


def _draw_numbers(axes: Axes, estimates: Mapping[str, Estimate], ticks: list[int]) -> None:
    axes.set_axis_off()
    axes.set_ylim(len(estimates), -1)
    axes.text(0, -0.7, "number at risk", fontsize=9, ha="left", va="center", style="italic")
    for row, (colour, (group, estimate)) in enumerate(zip(cycle(_COLOURS), estimates.items(), strict=False)):
        axes.annotate(
            group, (0, row + 0.3), xytext=(-18, 0), textcoords="offset points", ha="right", va="center",
            fontsize=9, color=colour, annotation_clip=False,
        )  # fmt: skip
        for tick in ticks:
            number = str(estimate.at_risk(tick * _MONTH))
            axes.text(tick, row + 0.3, number, ha="center", va="center", fontsize=9, color=colour)


def _ticks(longest: float) -> list[int]:
    interval = next((months for months in _INTERVALS if longest / months < _MOST_TICKS), _INTERVALS[-1])
    return list(range(0, max(interval, -int(-longest // interval) * interval) + 1, interval))


def _median(estimate: Estimate) -> str:
    if estimate.median_days is None:
        return "not reached"
    limits = (estimate.median_lower_days, estimate.median_upper_days)
    lower, upper = ("–" if days is None else f"{days / _MONTH:.1f}" for days in limits)
    return f"{estimate.median_days / _MONTH:.1f} months (95 % CI {lower} to {upper})"
