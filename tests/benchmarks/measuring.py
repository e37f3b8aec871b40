"""Floor and product in turn, medians, one line of result."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """One path. floor, figure: seconds, or bytes. goal: the ratio figure/floor that should not be passed.

    extra: more to say.
    """

    name: str
    floor: float
    figure: float
    goal: float | None
    extra: str = ""
    unit: str = "ms"

    @property
    def ratio(self) -> float:
        return self.figure / self.floor

    def line(self) -> str:
        goal = "no goal" if self.goal is None else f"goal ≤ {self.goal:g} ×"
        verdict = "" if self.goal is None else ("  ok" if self.ratio <= self.goal else "  OVER")
        scale = 1e3 if self.unit == "ms" else 1
        return (
            f"{self.name:44} floor {self.floor * scale:9.2f} {self.unit:2}"
            f"   figure {self.figure * scale:9.2f} {self.unit:2}"
            f"   {self.ratio:5.2f} × ({goal}){verdict}   {self.extra}".rstrip()
        )


def timed(work: Callable[[], object]) -> float:
    """Seconds of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def interleaved(floor: Callable[[], object], product: Callable[[], object], runs: int) -> tuple[float, float]:
    """Medians of both, taken in turn after one round that does not count."""
    floor()
    product()
    floors, figures = [], []
    for _ in range(runs):
        floors.append(timed(floor))
        figures.append(timed(product))
    return statistics.median(floors), statistics.median(figures)
