"""What was worked out lately, kept while there is room."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """The newest few results by key; a key names everything that its result depends on.

    >>> squares = Kept(most=1)
    >>> [squares.of(n, lambda n=n: n * n) for n in (2, 3, 3)]
    [4, 9, 9]
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._results: OrderedDict[Hashable, T] = OrderedDict()
        self._turn = Lock()

    def of(self, key: Hashable, work_out: Callable[[], T]) -> T:
        """The result of a key, worked out (without holding up other keys) if it is not here."""
        with self._turn:
            if key in self._results:
                self._results.move_to_end(key)
                return self._results[key]
        result = work_out()
        with self._turn:
            self._results[key] = result
            while len(self._results) > self._most:
                self._results.popitem(last=False)
        return result
