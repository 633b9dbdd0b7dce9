"""A worker's view of a register on a day that a test sets."""

from collections.abc import Callable
from datetime import date, datetime

from app.catalog.live import Live
from random_register import TODAY


class Worker(Live):
    """A worker whose clock the test sets."""

    day = TODAY

    def today(self) -> date:
        """The day that the test says it is."""
        return self.day


Maker = Callable[..., Worker]


def open_by_text(text: str, at: datetime) -> bool | None:
    """Opening hours that a reader can check: always, in the morning, or nobody knows."""
    return {"24/7": True, "nonsense": None}.get(text, at.hour < 12)
