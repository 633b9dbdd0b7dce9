"""Bringing a ledger in from the command line."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from app.actor import SYSTEM, Actor
from app.cli.bars import bars
from app.cli.opened import opened
from app.db import make_engine, make_sessions, reading
from app.errors import BadParameter, Overtaken
from app.settings import Settings
from app.tables import Account, Institution

if TYPE_CHECKING:
    from app.imports.asked import Asked
    from app.imports.staging import Staged, Told

TRIES = 3
"""How often a file is compared anew because somebody wrote meanwhile."""


def import_(  # noqa: PLR0913 - each is an option
    file: Annotated[Path, typer.Argument(help="xlsx, xls, csv, GeoJSON, GeoPackage, GeoParquet, .osm or .osm.pbf.")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would become of each row.")] = False,
    report: Annotated[Path | None, typer.Option(help="Write a CSV with one line per data row.")] = None,
    datum: Annotated[
        str | None, typer.Option(help="Datum of positions that come without: wgs84, cgcs2000, gcj02 or bd09.")
    ] = None,
    accept_guessed_datum: Annotated[
        bool, typer.Option("--accept-guessed-datum", help="Take the datum that rows with a known place show.")
    ] = False,
    kind: Annotated[
        str, typer.Option(help="Which ledger: venues, change_packs, pos_devices, key_list, ...")
    ] = "venues",
    institution: Annotated[str | None, typer.Option(help="Code of the institution whose ledger it is.")] = None,
    observed_on: Annotated[
        str | None, typer.Option(help="The day of statements without one, such as 2026-11-23.")
    ] = None,
    as_: Annotated[
        str | None, typer.Option("--as", help="Login of the account that imports; else the operator.")
    ] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Into the simulated sandbox instead.")] = False,
) -> None:
    """Bring a ledger into the register, all of its accepted rows in one transaction or none.

    Rows that ask or are refused are left out: --report says why. The same file again changes nothing.
    """
    from app.imports import report as reports  # noqa: PLC0415 - a second that the other commands need not wait
    from app.imports.asked import Asked  # noqa: PLC0415 - as above

    settings = Settings()
    settings = opened(settings.for_sandbox() if demo else settings)
    if datum is not None and accept_guessed_datum:
        raise BadParameter("datum", "give either --datum or --accept-guessed-datum")
    engine = make_engine(settings.engine_url)
    sessions = make_sessions(engine)
    actor, institution = _who(sessions, as_, institution)
    day = _day(observed_on)
    asked = Asked(file.name, actor, kind, datum, accept_guessed_datum, institution, day)
    with bars() as tell:
        staged, number = _bring_in(sessions, file, asked, settings, tell, dry_run=dry_run)
    engine.dispose()
    if report is not None:
        reports.write(report, staged.outcomes)
    typer.echo("\n".join(_told(staged, number)))


def _bring_in(
    sessions: sessionmaker[Session], file: Path, asked: "Asked", settings: Settings, tell: "Told", *, dry_run: bool
) -> "tuple[Staged, int | None]":
    """The staging of the file, and the number of the import; None where nothing was written."""
    from app.imports.asked import Setup  # noqa: PLC0415 - as above
    from app.imports.doing import keepable, send, stage_file, write  # noqa: PLC0415 - as above
    from app.ledgers.kinds import KINDS  # noqa: PLC0415 - as above

    setup = Setup(settings, KINDS)
    for attempt in range(TRIES):
        with reading(sessions) as session:
            staged = stage_file(session, file, asked, setup, tell)
        if dry_run:
            return staged, None
        tell("writing", 0, 1)
        try:
            with sessions.begin() as session:
                made = send(session, asked, keepable(file), staged)
                write(session, made, staged.outcomes, asked.actor, setup)
                tell("writing", 1, 1)
                return staged, made.id
        except Overtaken:
            if attempt == TRIES - 1:
                raise
    raise AssertionError


def _who(sessions: sessionmaker[Session], login: str | None, institution: str | None) -> tuple[Actor, str | None]:
    """Who imports, and whose ledger it is: that of the account's institution where nobody says."""
    with reading(sessions) as session:
        if institution is not None and session.get(Institution, institution) is None:
            raise BadParameter("institution", f"{institution!r} is no institution of this register")
        if login is None:
            return SYSTEM, institution
        account = session.scalar(select(Account).where(Account.login == login, Account.active))
        if account is None:
            raise BadParameter("as", f"there is no account {login!r}: see `paymap user`")
        actor = Actor(account.login, account.role, account.institution, account.region)
        return actor, institution or (account.institution if account.role == "bank" else None)


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise BadParameter("observed-on", f"{text!r} is no day: give one such as 2026-11-23") from None


def _told(staged: "Staged", number: int | None) -> Sequence[str]:
    """What a person reads after it."""
    counts: dict[str, Any] = staged.counts
    first = (
        f"{counts['rows']:,} rows: {counts['new']:,} new, {counts['same']:,} known, {counts['ask']:,} to be asked, "
        f"{counts['refuse']:,} refused; {counts['changed']:,} venues change, {counts['said']:,} statements are new"
    )
    lines = [first]
    choice = staged.choice
    if choice.how != "file":
        lines.append(
            f"datum of the positions: {choice.datum or 'not known: no position without datum was taken'} ({choice.how})"
        )
        if choice.guess and choice.how == "none":
            lines.append(
                f"rows with a known place suggest {choice.guess}: --datum {choice.guess}, or --accept-guessed-datum"
            )
    lines.append("dry run: nothing was written" if number is None else f"applied as import {number}")
    return lines
