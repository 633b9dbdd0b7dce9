"""The command `paymap`: a thin file per noun, each error one line and an exit code."""

import sys

import typer
from pydantic import ValidationError

from app.cli.init import init, migrate
from app.cli.serve import serve
from app.errors import PaymapError, SchemaMismatch, StartRefused

app = typer.Typer(help="The register and map of where one can pay.", no_args_is_help=True, add_completion=False)
app.command()(init)
app.command()(migrate)
app.command()(serve)

EXIT_CODES: dict[type[Exception], int] = {SchemaMismatch: 3, StartRefused: 4}


def main() -> None:
    """Run a command; what goes wrong is one sentence on stderr."""
    try:
        app()
    except PaymapError as error:
        print(f"paymap: {error}", file=sys.stderr)  # noqa: T201 - the terminal is where it belongs
        sys.exit(EXIT_CODES.get(type(error), 2))
    except ValidationError as error:
        for fault in error.errors():
            name = "_".join(str(part) for part in fault["loc"]).upper()
            print(f"paymap: PAYMAP_{name}: {fault['msg']}", file=sys.stderr)  # noqa: T201 - as above
        sys.exit(2)
