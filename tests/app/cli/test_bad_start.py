"""What keeps the command from starting is one clear line and an exit code, never a traceback."""

import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from app.cli import EXIT_CODES
from app.db import make_engine, migrate
from app.errors import DatabaseUnavailable, SchemaMismatch, StartRefused
from command_line import Answer, Paymap

MISFIT, REFUSED, AWAY = (EXIT_CODES[kind] for kind in (SchemaMismatch, StartRefused, DatabaseUnavailable))
BAD_INPUT = 2


def said(answer: Answer, code: int, *words: str) -> None:
    """The answer is one line on stderr with these words, and this exit code."""
    assert answer.out == ""
    assert answer.err.startswith("paymap: ")
    assert answer.err.count("\n") == 1
    assert [word for word in words if word not in answer.err] == []
    assert answer.code == code


def at_revision(url: str, revision: str) -> None:
    """Let the database claim a revision."""
    engine = make_engine(url)
    migrate(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :r"), {"r": revision})
    engine.dispose()


@pytest.mark.parametrize("command", ["serve", "coverage"])
def test_missing_database(paymap: Paymap, var: Path, command: str) -> None:
    """The file is named, and what makes it; nothing is made."""
    said(paymap(command), MISFIT, f"no database at {var / 'paymap.sqlite'}", "`paymap init`")
    assert not (var / "paymap.sqlite").exists()


@pytest.mark.parametrize("command", ["serve", "coverage"])
def test_database_without_a_city(paymap: Paymap, command: str) -> None:
    """A schema alone is not a register."""
    assert paymap("migrate").code == 0
    said(paymap(command), MISFIT, "holds no city", "`paymap init`")


@pytest.mark.parametrize("command", ["serve", "coverage", "init", "migrate"])
def test_newer_database(paymap: Paymap, var: Path, command: str) -> None:
    """Code that does not know the schema leaves it alone."""
    at_revision(f"sqlite:///{var / 'paymap.sqlite'}", "9999")
    said(paymap(command), MISFIT, "9999", "install a newer Paymap")


def test_older_database(paymap: Paymap, var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A schema that the code has outgrown is named with the command that brings it up."""
    at_revision(f"sqlite:///{var / 'paymap.sqlite'}", "0001")
    monkeypatch.setattr("alembic.script.ScriptDirectory.get_current_head", lambda _self: "0002")
    said(paymap("serve"), MISFIT, "0001, older than the code", "`paymap migrate`")


@pytest.mark.parametrize("command", ["serve", "coverage", "init", "demo"])
def test_not_a_database(paymap: Paymap, var: Path, command: str) -> None:
    """A file of another kind is left as it is."""
    folder = var / "demo" if command == "demo" else var
    folder.mkdir(parents=True)
    (folder / "paymap.sqlite").write_text("a letter\n" * 1000)
    said(paymap(command), AWAY, "paymap.sqlite", "file is not a database")
    assert (folder / "paymap.sqlite").read_text() == "a letter\n" * 1000


@pytest.mark.parametrize("command", ["serve", "coverage", "init", "migrate"])
def test_postgresql_away(paymap: Paymap, command: str) -> None:
    """The server is named without its password."""
    url = "postgresql+psycopg://somebody:secret@127.0.0.1:1/paymap"
    answer = paymap(command, PAYMAP_DATABASE_URL=url)
    said(answer, AWAY, "somebody:***@127.0.0.1:1/paymap", "refused")
    assert "secret" not in answer.err


@pytest.mark.parametrize(
    ("name", "value", "mend"),
    [
        ("PAYMAP_CITY", "371502", "an adcode such as 371500"),
        ("PAYMAP_CITY", "Jinan", "an adcode such as 371500"),
        ("PAYMAP_DATABASE_URL", "nonsense", "sqlite:///FILE"),
        ("PAYMAP_DATABASE_URL", "mysql://host/x", "postgresql+psycopg://"),
        ("PAYMAP_DEMO", "perhaps", "valid boolean"),
        ("PAYMAP_RING_KM", "1,far", "valid number"),
        ("PAYMAP_RING_KM", "0", "greater than 0"),
        ("PAYMAP_TIMEZONE", "Mars/Olympus", "such as Asia/Shanghai"),
        ("PAYMAP_DATA_DIR", "/nowhere", "directory"),
        ("PAYMAP_CELL_M", "1", "greater than or equal to 100"),
    ],
)
def test_bad_setting(paymap: Paymap, name: str, value: str, mend: str) -> None:
    """The setting is named, with what is allowed."""
    said(paymap("serve", **{name: value}), BAD_INPUT, f"{name}: ", mend)


def test_a_misspelt_setting_is_not_ignored(paymap: Paymap) -> None:
    """It may be the one that makes a deployment lawful: the command says which one is meant, and does nothing."""
    said(paymap("init", PAYMAP_PUBLC_CN="1"), BAD_INPUT, "PAYMAP_PUBLC_CN is no setting", "is PAYMAP_PUBLIC_CN meant")


def test_unknown_city(paymap: Paymap) -> None:
    """A well-formed adcode without a prefecture behind it."""
    said(paymap("init", "--city", "999900"), BAD_INPUT, "999900", "no such prefecture")


def test_a_province_is_no_city(paymap: Paymap) -> None:
    """Beijing's own adcode is a province's; its city has another."""
    said(paymap("init", "--city", "110000"), BAD_INPUT, "110000", "a province", "110100")


def test_a_folder_that_cannot_be_made(paymap: Paymap, tmp_path: Path) -> None:
    """The path is named."""
    (tmp_path / "file").touch()
    said(paymap("init", PAYMAP_VAR_DIR=str(tmp_path / "file" / "var")), BAD_INPUT, str(tmp_path / "file"))


def test_sandbox_missing(paymap: Paymap) -> None:
    """Serving the sandbox needs the sandbox's own database."""
    paymap("init", "--no-venues")
    said(paymap("serve", PAYMAP_DEMO="1"), MISFIT, "the sandbox: there is no database at", "`paymap demo`")


def test_sandbox_and_register_are_never_mixed_up(paymap: Paymap, var: Path) -> None:
    """A sandbox is not served as a register, a register not as a sandbox, and neither is written to as the other."""
    paymap("init", "--no-venues")
    paymap("demo", "--venues", "5")
    real, sandbox = (f"sqlite:///{folder / 'paymap.sqlite'}" for folder in (var, var / "demo"))
    said(paymap("serve", PAYMAP_DATABASE_URL=sandbox), REFUSED, "PAYMAP_DATABASE_URL is a sandbox")
    said(paymap("serve", PAYMAP_DEMO="1", PAYMAP_DEMO_DATABASE_URL=real), REFUSED, "is a real register")
    said(paymap("init", PAYMAP_DATABASE_URL=sandbox), REFUSED, "PAYMAP_DATABASE_URL")
    said(paymap("demo", PAYMAP_DEMO_DATABASE_URL=real), REFUSED, "PAYMAP_DEMO_DATABASE_URL")


def test_another_city_than_the_one_named(paymap: Paymap) -> None:
    """A setting that contradicts the database is not guessed away."""
    paymap("init", "--no-venues")
    said(paymap("serve", PAYMAP_CITY="370100"), REFUSED, "holds city 371500, not 370100", "PAYMAP_CITY")


def test_port_taken(paymap: Paymap) -> None:
    """The port is named, and the option that chooses another."""
    paymap("init", "--no-venues")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        said(paymap("serve", "--port", port), REFUSED, f"127.0.0.1:{port}", "in use", "--port")


def test_public_deployment_that_lacks_something(paymap: Paymap, start: Callable) -> None:
    """All that is missing is named before anything is served, with workers too."""
    paymap("init", "--no-venues")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    process = start("serve", "--port", port, "--workers", "2", PAYMAP_PUBLIC_CN="1", PAYMAP_BASEMAP="osm")
    out, err = process.communicate(timeout=60)
    lacks = ("PAYMAP_MAP_APPROVAL", "PAYMAP_BOUNDARIES_APPROVED", "PAYMAP_BASEMAP")
    said(Answer(process.returncode, out, err), REFUSED, *lacks)


def test_public_deployment_exports_no_map_without_approval(paymap: Paymap, var: Path) -> None:
    """A file is published as well as a page."""
    paymap("init", "--no-venues")
    answer = paymap("export-map", "--out", str(var / "map.html"), PAYMAP_PUBLIC_CN="1")
    said(answer, REFUSED, "PAYMAP_MAP_APPROVAL", "PAYMAP_BOUNDARIES_APPROVED")
    assert not (var / "map.html").exists()


@pytest.mark.parametrize("words", [["coverage", "--capability", "gold"], ["coverage", "--region", "1"],
                                   ["coverage", "--as-of", "yesterday"]])  # fmt: skip
def test_bad_question(paymap: Paymap, words: list[str]) -> None:
    """The option is named, with what is allowed."""
    paymap("init", "--no-venues")
    said(paymap(*words), BAD_INPUT, f"{words[1].removeprefix('--').replace('-', '_')}: ")
