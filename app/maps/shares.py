"""How a share with two ends is written and coloured."""

import math
from typing import Any

import pandas as pd

BREAKS = (0.2, 0.4, 0.6, 0.8)
"""Between the classes of the low bound."""

RAMP = ("#e6f3fa", "#b3d0e5", "#84adcf", "#5a8bb6", "#36689c", "#0e4880")
"""Light (well served) to dark (far), one hue, even steps of CIELAB lightness: safe for every kind of
colour-blindness and in greyscale."""


def present(value: object) -> float | None:
    """A share as a float; None where the figure has none."""
    return None if value is None or pd.isna(value) else float(value)  # type: ignore[arg-type, call-overload]


def percent_range(low: float | None, high: float | None, nothing: str) -> str:
    """Both bounds in one figure, rounded outwards so that they stay bounds.

    >>> percent_range(0.121, 0.305, "-"), percent_range(0.5, 0.5, "-"), percent_range(None, None, "none")
    ('12–31 %', '50 %', 'none')
    """
    if low is None or high is None:
        return nothing
    if math.isclose(low, high):
        return f"{_rounded(low)} %"
    down, up = math.floor(low * 100 + 1e-9), math.ceil(high * 100 - 1e-9)
    return f"{down}–{up} %" if down != up else f"{down} %"


def percent(share: float | None, nothing: str) -> str:
    """A share in whole percent; all is said only of all, and none only of none."""
    return nothing if share is None else f"{_rounded(share)} %"


def share_class(low: float) -> int:
    """Which shade a low bound has: 0 (light, well served) to 4 (dark)."""
    return sum(low < b for b in BREAKS)


def tally(row: "pd.Series[Any] | dict[Any, Any]") -> dict[str, Any]:
    """The counts and bounds of a row of figures, ready for the page."""
    counts = {name: int(row[name]) for name in ("total", "yes", "limited", "no", "unknown")}
    return {**counts, **{name: present(row[name]) for name in ("low", "high", "known_share")}}


def _rounded(share: float) -> int:
    near = round(share * 100)
    if near == 0 and share > 0:
        return 1
    return 99 if near == 100 and share < 1 else near  # noqa: PLR2004 - a hundred percent
