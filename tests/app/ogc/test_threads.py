"""A filter that takes long holds up nobody else."""

from concurrent.futures import ThreadPoolExecutor
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
