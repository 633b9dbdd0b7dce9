"""The documentation names every setting, route, command and dependency that there is, and nothing else."""

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest
import typer.main
from pydantic_core import PydanticUndefined

from app.cli import app as commands
from app.main import create_app
from app.settings import ROOT, Settings

DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]
DECISIONS = sorted((DOCS / "decisions").glob("*.md"))
COMMANDS = typer.main.get_group(commands).commands
MOST_DECISION_LINES = 60


def text_of(*paths: Path) -> str:
    """The text of the files, one after the other; a missing one counts as empty."""
    return "\n".join(path.read_text("utf-8") for path in paths if path.exists())


def declared() -> list[str]:
    """The names of every dependency in pyproject.toml, extras included."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    said = project["dependencies"] + [name for extra in project["optional-dependencies"].values() for name in extra]
    return sorted({re.match(r"[\w.-]+", requirement).group() for requirement in said})


def cells(row: str) -> list[str]:
    """The cells of a row of a Markdown table."""
    return [cell.strip() for cell in row.strip().strip("|").split("|")]


def rows_of(table: Path, name: str) -> list[list[str]]:
    """The rows of a Markdown table whose first cell is `name` as code."""
    return [cells(line) for line in text_of(table).splitlines() if line.startswith(f"| `{name}` ")]


def written(default: object) -> str:
    """A setting's default as the documentation writes it."""
    if default is None or default in ("", PydanticUndefined):
        return "none"
    if isinstance(default, bool):
        return f"`{int(default)}`"
    if isinstance(default, Path):
        return f"`{default.relative_to(ROOT)}`"
    if isinstance(default, tuple):
        return f"`{','.join(f'{part:g}' for part in default)}`"
    return f"`{default.isoformat() if isinstance(default, date) else default}`"


def subcommands(name: str) -> dict[str, typer.core.TyperCommand]:
    """The commands of a group such as `paymap user`; none of a plain command."""
    return getattr(COMMANDS[name], "commands", {})


def options_of(name: str, sub: str = "") -> set[str]:
    """The options of a command, or of a command of a group (without `sub`, of all of them)."""
    asked = [COMMANDS[name], *(c for key, c in subcommands(name).items() if sub in ("", key))]
    options = {option for command in asked for parameter in command.params for option in parameter.opts}
    return {option for option in options if option.startswith("--")}


@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_setting_is_documented_as_it_is(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """docs/configuration.md has one row per setting: its default, its description, an example that is accepted."""
    field = Settings.model_fields[name]
    ((_, default, meaning, example),) = rows_of(DOCS / "configuration.md", f"PAYMAP_{name.upper()}")
    assert default == written(field.default)
    assert meaning.startswith(field.description.rstrip("."))
    given = str(tmp_path) if isinstance(field.default, Path) else example.strip("`")  # folders must be there
    monkeypatch.setenv(f"PAYMAP_{name.upper()}", given)
    assert getattr(Settings(), name) != field.default or example == default


def test_no_setting_is_made_up() -> None:
    """Each PAYMAP_NAME in the documentation is a setting."""
    known = {f"PAYMAP_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"PAYMAP_[A-Z_]+[A-Z]", text_of(*PAGES))) - known == set()


def test_every_route_is_documented(tmp_path: Path) -> None:
    """Each path of the OpenAPI description stands in docs/api.md."""
    told = text_of(DOCS / "api.md")
    paths = create_app(Settings(var_dir=tmp_path)).openapi()["paths"]
    assert [path for path in paths if f"`{path}" not in told and f" {path}" not in told] == []


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_documented(name: str) -> None:
    """docs/cli.md has a section for each subcommand of `paymap`, with each of its options."""
    section = text_of(DOCS / "cli.md").partition(f"## `paymap {name}")[2].partition("\n## ")[0]
    assert section
    assert [sub for sub in subcommands(name) if f"`paymap {name} {sub}" not in section] == []
    assert [option for option in options_of(name) if f"`{option}" not in section] == []


def test_no_command_is_made_up() -> None:
    """Each `make target` and each `paymap command --option` that the documentation shows can be typed."""
    shown = "\n".join(re.findall(r"^ {4}.*|`[^`\n]+`", text_of(*PAGES), re.MULTILINE))
    targets = set(re.findall(r"^([a-z]+):", text_of(ROOT / "Makefile"), re.MULTILINE))
    assert set(re.findall(r"(?:^|[`\s])make ([a-z]+)", shown)) - targets == set()
    for command, rest in re.findall(r"(?<![\w=-])paymap ([a-z][a-z-]*)\b((?: [^`\n#|]*)?)", shown):
        assert command in COMMANDS
        sub = rest.split()[0] if subcommands(command) and rest.strip() else ""
        assert sub in subcommands(command) or not sub, f"paymap {command} {sub}"
        typed = set(re.findall(r"--[a-z][a-z-]*", rest))
        assert typed <= options_of(command, sub) | {"--help"}, f"paymap {command}{rest}"


@pytest.mark.parametrize("name", declared())
def test_every_dependency_has_its_reason(name: str) -> None:
    """Each dependency has one row in docs/dependencies.md that says what for, and instead of what."""
    ((_, what_for, instead),) = rows_of(DOCS / "dependencies.md", name)
    assert what_for
    assert instead


def test_the_architecture_shows_the_layers_that_hold() -> None:
    """The ladder of imports in docs/architecture.md is that of the contract, rung by rung."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    (layers,) = [contract["layers"] for contract in contracts if contract.get("containers") == ["app"]]
    ladder = text_of(DOCS / "architecture.md").partition("## Who may import whom")[2].partition("\n## ")[0]
    drawn = [set(rung.split(" · ")) for rung in re.findall(r"^ {4}(.+)", ladder, re.MULTILINE)]
    assert drawn == [set(re.findall(r"\w+", layer)) for layer in layers]


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.name)
def test_a_decision_is_short_and_listed(path: Path) -> None:
    """A decision fits on a screen, says what it costs, and can be found from the architecture."""
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= MOST_DECISION_LINES
    assert "**What it costs.**" in text
    assert f"(decisions/{path.name})" in text_of(DOCS / "architecture.md")


def test_every_link_leads_somewhere() -> None:
    """Each relative link of a Markdown file points at a file that exists."""
    dead = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in PAGES
        if page.exists()
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
        if "://" not in target and not target.startswith("mailto:") and not (page.parent / target).exists()
    ]
    assert dead == []
