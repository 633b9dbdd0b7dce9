"""A filter that takes long holds up nobody else."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from math import cos, radians, sin
from threading import Event, Lock
from time import monotonic
from typing import Any
from urllib.request import urlopen

import pytest

from app.errors import BadParameter
from app.ogc.asked import Asked
from app.ogc.cql import DEEPEST, parse
from app.ogc.fields import REGION_FIELDS, VENUE_FIELDS
from app.ogc.kept import Kept
from app.ogc.page import Page


class Slow:
    """A collection that answers when it is told to."""

    name, fields = "slow", REGION_FIELDS
    titles = says = ("慢", "Slow")

    def __init__(self) -> None:
        self.asked, self.told = Event(), Event()

    def page(self, _asked: Asked) -> Page:
        """Nothing, late."""
        self.asked.set()
        assert self.told.wait(20)
        return Page([], 0, None)


def test_others_are_answered_while_a_filter_is_evaluated(running: tuple[str, Any]) -> None:
    """The service goes on answering while one request for features is being worked out."""
    base, listening = running
    slow = Slow()
    listening.app.state.ogc["slow"] = slow
    try:
        with ThreadPoolExecutor() as pool:
            waiting = pool.submit(urlopen, f"{base}/collections/slow/items", timeout=30)
            assert slow.asked.wait(10)
            with urlopen(f"{base}/conformance", timeout=10) as answer:  # noqa: S310 - our own address
                assert answer.status == 200
            assert not waiting.done()
            slow.told.set()
            with waiting.result() as late:
                assert late.status == 200
    finally:
        slow.told.set()
        del listening.app.state.ogc["slow"]


@pytest.mark.parametrize(
    "text", ["(" * DEEPEST, ("(" + "a=1 OR " * 50) * DEEPEST + "a=" + ")" * DEEPEST, "(" * 5000, "('" * 3000]
)
def test_no_text_takes_the_parser_long(text: str) -> None:
    """Parentheses that never end are refused within moments (the parser alone would take years)."""
    start = monotonic()
    with pytest.raises(BadParameter):
        parse(text, VENUE_FIELDS)
    assert monotonic() - start < 10


@pytest.mark.parametrize("text", ["location_error_m = {}1", "{}location_error_m = 1", "location_error_m = {}"])
@pytest.mark.parametrize("part", ["-", "NOT ", "1+", "1 = "])
def test_no_text_is_too_deep_to_be_refused(text: str, part: str) -> None:
    """Operators inside each other are refused, or read where they fold into one; they never end the process."""
    with suppress(BadParameter):
        assert parse(text.format(part * 300), VENUE_FIELDS).properties == {"location_error_m"}
    with pytest.raises(BadParameter):
        parse(text.format(part * 100_000), VENUE_FIELDS)


def test_many_conditions_and_a_long_border_are_read() -> None:
    """What is long without being deep is within the bounds."""
    corners = [radians(n * 0.18) for n in range(2_000)]
    border = ", ".join(f"{116 + cos(at):.6f} {36 + sin(at):.6f}" for at in [*corners, 0.0])
    within = parse(f"S_WITHIN(geometry, POLYGON(({border})))", VENUE_FIELDS)
    assert within.holds({"geometry": {"type": "Point", "coordinates": [116.9, 36.0]}})
    words = " OR ".join(f"category = 'hotel' AND name = '{n}'" for n in range(40))
    assert parse(words, VENUE_FIELDS).properties == {"category", "name"}


def test_only_the_newest_results_are_kept() -> None:
    """A result is worked out once while it is kept, and again when others have pushed it out."""
    kept, worked_out, turn = Kept[int](2), [], Lock()

    def work(n: int) -> int:
        with turn:
            worked_out.append(n)
        return n * n

    for n in (1, 2, 1, 3, 1, 2):
        assert kept.of(n, lambda n=n: work(n)) == n * n
    assert worked_out == [1, 2, 3, 2]
