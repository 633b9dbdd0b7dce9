"""However many wait to be answered, the loop soon looks for news."""

import asyncio

import pytest
from starlette.types import Receive, Scope, Send

from app import turns
from app.turns import LONGEST_S, Turns


class Slow:
    """An application whose every answer takes a millisecond by a clock of its own; it writes down when each came."""

    def __init__(self) -> None:
        self.now, self.looked = 0.0, 0
        self.answered: list[tuple[int, int]] = []

    async def __call__(self, scope: Scope, _receive: Receive, _send: Send) -> None:
        """Answer: which one, and how often the loop had looked for news before."""
        self.now += 0.001
        self.answered.append((scope["number"], self.looked))

    async def look(self, count: int) -> None:
        """Look for news, as often as the loop does."""
        while len(self.answered) < count:
            self.looked += 1
            await asyncio.sleep(0)


async def nothing(*_named: object) -> dict[str, str]:
    """Neither receives nor sends."""
    return {}


def test_many_answers_are_given_in_turns_with_news(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a hundred that wait, no more are answered in one turn than the time allows, and they come in their order."""
    slow = Slow()
    monkeypatch.setattr(turns, "perf_counter", lambda: slow.now)

    async def ask_all() -> None:
        app = Turns(slow)
        asked = (app({"type": "http", "number": n}, nothing, nothing) for n in range(100))
        await asyncio.gather(*asked, slow.look(100))

    asyncio.run(ask_all())
    by_turn = [sum(1 for _, looked in slow.answered if looked == turn) for turn in range(slow.looked + 1)]
    assert [number for number, _ in slow.answered] == list(range(100))
    assert 1 < max(by_turn) <= LONGEST_S / 0.001 + 1
