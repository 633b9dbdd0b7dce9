"""The command `paymap`: a thin file per noun, each error one line and an exit code."""

import os
import sys

import typer
from pydantic import ValidationError
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError

from app.cli.backup import backup, restore
from app.cli.coverage import coverage
from app.cli.demo import demo
from app.cli.export import export
from app.cli.export_map import export_map
from app.cli.import_ import import_
from app.cli.init import init, migrate
from app.cli.serve import serve
from app.cli.user import user
from app.cli.work import work
from app.errors import DatabaseUnavailable, PaymapError, SchemaMismatch, StartRefused
from app.settings import misspelt

HELP = (
    "The register and map of where one can pay.\n\n"
    "Settings are environment variables PAYMAP_... Exit codes: 0 done, 2 bad input (a file, an option, a setting), "
    "3 the database does not fit, 4 not allowed to start, 5 the database does not answer or refuses, 130 interrupted."
)

app = typer.Typer(help=HELP, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
for command in (init, migrate, demo, serve, coverage, export, export_map, backup, restore, work):
    app.command()(command)
app.command("import")(import_)
app.add_typer(user, name="user")

BAD_INPUT = 2
EXIT_CODES: dict[type[Exception], int] = {SchemaMismatch: 3, StartRefused: 4, DatabaseUnavailable: 5}


def main() -> None:
    """Run a command; what goes wrong is one sentence on stderr."""
    for name, meant in misspelt(os.environ).items():
        _stop(f"{name} is no setting" + (f"; is {meant} meant?" if meant else "; see docs/configuration.md"), BAD_INPUT)
    try:
        app()
    except PaymapError as error:
        _stop(str(error), EXIT_CODES.get(type(error), BAD_INPUT))
    except ValidationError as error:
        _stop("; ".join(f"PAYMAP_{str(f['loc'][0]).upper()}: {_reason(f['msg'])}" for f in error.errors()), BAD_INPUT)
    except DBAPIError as error:
        refused = isinstance(error, IntegrityError | DataError | ProgrammingError)
        what = "the database refused what was to be written" if refused else "the database does not answer"
        _stop(f"{what}: {str(error.orig).splitlines()[0]}", EXIT_CODES[DatabaseUnavailable])
    except OSError as error:
        _stop(f"{error.filename}: {error.strerror}" if error.filename else str(error), BAD_INPUT)


def _reason(message: str) -> str:
    return message.removeprefix("Value error, ")


def _stop(sentence: str, code: int) -> None:
    print(f"paymap: {sentence}", file=sys.stderr)  # noqa: T201 - the terminal is where it belongs
    sys.exit(code)
