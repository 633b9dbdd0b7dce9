"""What long work tells of itself, as bars on a terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Never

from tqdm import tqdm


@contextmanager
def bars() -> Iterator[Callable[[str, int, int], None]]:
    """What is told of each stage becomes a bar on a terminal, and nothing elsewhere."""
    shown: list[tqdm[Never]] = []

    def tell(stage: str, done: int, total: int) -> None:
        if sys.stderr.isatty():
            if not shown or shown[-1].desc != stage:
                close()
                shown.append(tqdm(desc=stage, total=total, unit_scale=True))
            shown[-1].update(done - shown[-1].n)

    def close() -> None:
        if shown:
            shown[-1].close()

    try:
        yield tell
    finally:
        close()
