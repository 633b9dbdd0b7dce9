"""The whole register into one file, and out of it again."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from app.backup import restore as fill
from app.backup import save
from app.cli.bars import bars
from app.cli.opened import opened
from app.db import make_engine
from app.errors import BadFile
from app.settings import Settings


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write, such as paymap-2026-11-24.zip.")],
    *,
    demo: Annotated[bool, typer.Option("--demo", help="The sandbox instead.")] = False,
) -> None:
    """Write the whole register, of one moment, into one file; also while it is served.

    The file holds what is not public, hashes of passwords among it: only its owner may read it.
    """
    settings = Settings()
    settings = opened(settings.for_sandbox() if demo else settings)
    engine = make_engine(settings.engine_url)
    with bars() as tell:
        rows = save(engine, file, partial(tell, "backing up"))
    engine.dispose()
    typer.echo(f"{file}: {rows:,} rows, {file.stat().st_size / 1e6:.1f} MB")


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `paymap backup` wrote, on either database.")],
    *,
    demo: Annotated[bool, typer.Option("--demo", help="Into the sandbox's place.")] = False,
) -> None:
    """Fill an empty database from a backup, all or nothing; one that holds anything is refused.

    The database is the one that PAYMAP_DATABASE_URL names, or a new file in PAYMAP_VAR_DIR.
    """
    settings = Settings()
    settings = settings.for_sandbox() if demo else settings
    if not file.exists():
        raise BadFile(f"{file}: there is no such file")
    engine = make_engine(settings.engine_url)
    with bars() as tell:
        rows = fill(engine, file, partial(tell, "restoring"), sandbox=demo)
    engine.dispose()
    typer.echo(f"{rows:,} rows from {file}; go on with `paymap serve`")
