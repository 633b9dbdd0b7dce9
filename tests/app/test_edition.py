"""What is deployed anew is told apart from what was."""

from pathlib import Path

import pytest

from app.edition import edition
from app.settings import Settings


@pytest.mark.parametrize("changed", [{"icp_number": "鲁ICP备1号"}, {"stale_after_days": 30}])
def test_other_settings_are_another_edition(tmp_path: Path, changed: dict[str, object]) -> None:
    """What the operator sets stands on pages or in figures."""
    plain = Settings(var_dir=tmp_path, _env_file=None)
    assert edition(plain) != edition(plain.model_copy(update=changed))


@pytest.mark.parametrize("name", ["static/css/page.css", "data/town/policy.toml"])
def test_other_files_are_another_edition(tmp_path: Path, name: str) -> None:
    """A new style and a new policy each make a new edition, once the server starts with it."""
    file = tmp_path / name
    marks = set()
    (tmp_path / "static").mkdir()
    for text in ('adcode = "371500"', 'adcode = "371500" # new'):
        for path in (file, tmp_path / "data" / "town" / "city.toml"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        edition.cache_clear()
        folders = {"static_dir": tmp_path / "static", "data_dir": tmp_path / "data", "var_dir": tmp_path}
        marks.add(edition(Settings(**folders, _env_file=None)))
    assert len(marks) == 2
