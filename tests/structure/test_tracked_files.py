"""What is in the repository works anywhere and calls nobody."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SUFFIXES = "py toml txt md json js css html svg yaml yml sh csv po"
TEXT = {"", *(f".{suffix}" for suffix in SUFFIXES.split())}

REGISTRY_HOSTS = r"pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|npmmirror\.com|tuna\.tsinghua\.edu|mirrors\.aliyun"
CDN_HOSTS = r"jsdelivr\.net|cdnjs\.cloudflare|unpkg\.com|googleapis\.com|code\.jquery\.com|bootstrapcdn\.com"
MACHINE_PATHS = rf"(?<![\w.])/(?:root|home/\w+|Users/\w+)/|{re.escape(str(ROOT))}\b"


def tracked() -> list[Path]:
    """The text files that git tracks or would track; outside a git checkout (a release archive), none."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607 - git is where the developer has it
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    return [
        ROOT / name for name in listed.split("\0") if name and Path(name).suffix in TEXT and (ROOT / name).is_file()
    ]


def mentions(pattern: str) -> list[str]:
    """`file:line` of each line of a tracked file that the pattern is found in."""
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in tracked()
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1)
        if re.search(pattern, line)
    ]


@pytest.mark.parametrize(
    "pattern", [REGISTRY_HOSTS, CDN_HOSTS, MACHINE_PATHS], ids=["registry host", "CDN", "machine path"]
)
def test_no_file_names(pattern: str) -> None:
    """No file names a package registry's host, a CDN, or a folder of one machine."""
    assert mentions(pattern) == []


def test_nothing_built_is_tracked() -> None:
    """Libraries of others, databases and environments are not in the repository."""
    built = ("static/vendor/", "node_modules/", "var/", ".venv/")
    assert [path for path in tracked() if path.relative_to(ROOT).as_posix().startswith(built)] == []
