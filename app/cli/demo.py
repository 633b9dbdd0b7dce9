"""Filling the sandbox with a simulated ledger."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Never

import typer
from tqdm import tqdm

from app.cli.opened import with_city_of_register
from app.settings import Settings


def demo(
    venues: Annotated[int, typer.Option(min=1, help="How many simulated venues.")] = 2400,
    seed: Annotated[int, typer.Option(min=0, help="Where chance starts: another seed, another ledger.")] = 20240703,
) -> None:
    """Fill the sandbox, a database of its own, with a simulated ledger; the real register stays untouched.

    The same arguments again change nothing, others replace the simulation. Interrupted, it leaves what was there.
    """
    from app.demo import load  # noqa: PLC0415 - half a second that the other commands need not wait

    settings = with_city_of_register(Settings()).for_sandbox()
    with _bars() as tell:
        changed = load(settings, venues=venues, seed=seed, progress=tell)
    typer.echo(f"sandbox: {venues:,} simulated venues (seed {seed}): {'loaded' if changed else 'already loaded'}")


@contextmanager
def _bars() -> Iterator[Callable[[str, int, int], None]]:
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
