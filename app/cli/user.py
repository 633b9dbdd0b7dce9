"""The people who have accounts, from the machine itself: how the first one comes in."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from getpass import getpass
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from app.accounts import passwords, people, resets, seen
from app.accounts.people import Person
from app.actor import SYSTEM
from app.cli.opened import opened
from app.db import make_engine, make_sessions
from app.errors import BadFile, BadPerson
from app.permissions import Role
from app.settings import Settings
from app.tables import Account

user = typer.Typer(no_args_is_help=True, help="Add, list and deactivate the people who may sign in to the console.")
Login = Annotated[str, typer.Argument(help="What they sign in with: small letters, digits, and . _ - @ +")]


@user.command()
def add(
    login: Login,
    role: Annotated[Role, typer.Option(help="What they are to the register.")],
    institution: Annotated[str | None, typer.Option(help="Code of their bank or department.")] = None,
    region: Annotated[str | None, typer.Option(help="Adcode of their county or zone.")] = None,
    name: Annotated[str, typer.Option(help="What people call them.")] = "",
    *,
    link: Annotated[bool, typer.Option("--link", help="Print a one-time link instead of asking a password.")] = False,
) -> None:
    """Add somebody; the password is asked for twice, or set by them through a one-time link."""
    settings = opened(Settings())
    if not (link or sys.stdin.isatty()):
        msg = "a password is only asked for on a terminal: use --link"
        raise BadFile(msg)
    with _writing(settings) as session:
        account = people.add(session, Person(login, name, role, institution, region), SYSTEM)
        if link:
            secret = resets.make(session, account, settings, SYSTEM)
        else:
            passwords.give(account, _asked(account.login))
    typer.echo(f"added: {account.login} ({account.role})")
    if link:
        _tell_link(account, secret, settings)


@user.command("list")
def list_() -> None:
    """Print everybody who has an account."""
    with _writing(opened(Settings())) as session:
        for account, last in seen.everybody(session):
            of = account.institution or account.region or "-"
            state = "active" if account.active else "deactivated"
            came = f"{last:%Y-%m-%d}" if last else "never"
            typer.echo(f"{account.login}\t{account.role}\t{of}\t{state}\tlast sign-in {came}\t{account.name}".rstrip())


@user.command()
def link(login: Login) -> None:
    """Print a one-time link to set a password with; links made before lead nowhere then."""
    settings = opened(Settings())
    with _writing(settings) as session:
        account = people.named(session, login)
        secret = resets.make(session, account, settings, SYSTEM)
    _tell_link(account, secret, settings)


@user.command()
def deactivate(login: Login) -> None:
    """Put somebody out at once: no sign-in, no token; what they did stays under their name."""
    with _writing(opened(Settings())) as session:
        people.deactivate(session, people.named(session, login), SYSTEM)
    typer.echo(f"deactivated: {people.settled_login(login)}")


def _tell_link(account: Account, secret: str, settings: Settings) -> None:
    typer.echo(f"a link for {account.login}, to be used once within {settings.reset_hours} hours, below the address")
    typer.echo(f"that Paymap is reached at:\n{settings.root_path}/console/reset/{secret}")


def _asked(login: str) -> str:
    """A password from the terminal, typed twice; what cannot be one is asked for again."""
    while True:
        password = getpass(f"Password for {login}: ")
        try:
            passwords.check(password, login)
        except BadPerson as error:
            typer.echo(error, err=True)
            continue
        if getpass("Once more: ") == password:
            return password
        typer.echo("the two are not the same", err=True)


@contextmanager
def _writing(settings: Settings) -> Iterator[Session]:
    engine = make_engine(settings.engine_url)
    try:
        with make_sessions(engine).begin() as session:
            yield session
    finally:
        engine.dispose()
