"""Filling the sandbox with a simulated ledger."""

from typing import Annotated

import typer

from app.cli.bars import bars
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
    with bars() as tell:
        changed = load(settings, venues=venues, seed=seed, progress=tell)
    typer.echo(f"sandbox: {venues:,} simulated venues (seed {seed}): {'loaded' if changed else 'already loaded'}")
