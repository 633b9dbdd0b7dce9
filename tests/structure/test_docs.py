"""The documentation names every setting, route, command and dependency that there is."""

import re
import tomllib
from pathlib import Path

import pytest
import typer.main
from app.cli import app as commands

from app.main import create_app
from app.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]


def text_of(*paths: Path) -> str:
    """The text of the files, one after the other; a missing one counts as empty."""
    return "\n".join(path.read_text("utf-8") for path in paths if path.exists())


def declared() -> list[str]:
    """The names of every dependency in pyproject.toml, extras included."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    said = project["dependencies"] + [name for extra in project["optional-dependencies"].values() for name in extra]
    return sorted({re.match(r"[\w.-]+", requirement).group() for requirement in said})


def test_every_setting_is_documented() -> None:
    """Each field of Settings stands in docs/configuration.md or the README as PAYMAP_NAME."""
    told = text_of(DOCS / "configuration.md", ROOT / "README.md")
    names = [f"PAYMAP_{name.upper()}" for name in Settings.model_fields]
    assert [name for name in names if not re.search(rf"{name}\b", told)] == []


def test_no_setting_is_made_up() -> None:
    """Each PAYMAP_NAME in the documentation is a setting."""
    known = {f"PAYMAP_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"PAYMAP_[A-Z_]+[A-Z]", text_of(*PAGES))) - known == set()


def test_every_route_is_documented(tmp_path: Path) -> None:
    """Each path of the OpenAPI description stands in docs/api.md."""
    told = text_of(DOCS / "api.md")
    paths = create_app(Settings(var_dir=tmp_path)).openapi()["paths"]
    assert [path for path in paths if f"`{path}" not in told and f" {path}" not in told] == []


def test_every_command_is_documented() -> None:
    """Each subcommand of `paymap` stands in docs/cli.md."""
    told = text_of(DOCS / "cli.md")
    names = sorted(typer.main.get_group(commands).commands)
    assert [name for name in names if f"paymap {name}" not in told] == []


@pytest.mark.parametrize("name", declared())
def test_every_dependency_has_its_reason(name: str) -> None:
    """Each dependency has one row in docs/dependencies.md that says what for, and instead of what."""
    rows = [line for line in text_of(DOCS / "dependencies.md").splitlines() if line.startswith(f"| `{name}`")]
    assert len(rows) == 1
    assert all(cell.strip() for cell in rows[0].strip("|").split("|"))


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
