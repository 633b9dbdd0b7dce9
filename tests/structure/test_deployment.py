"""What can be said of the image and the Compose file without a container engine."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from fnmatch import fnmatch
from typing import Any
from urllib.parse import urlsplit

import pytest
import typer.main
import yaml
from starlette.responses import Response

from app.cli import app as commands
from app.settings import ROOT, Settings

PINNED = re.compile(r"[\w./-]+:\d[\w.-]*")
COMMANDS = typer.main.get_group(commands).commands
Instruction = tuple[str, str]


def instructions() -> list[Instruction]:
    """The Dockerfile as pairs of word and argument, continued lines joined."""
    lines = [line for line in (ROOT / "Dockerfile").read_text("utf-8").splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    pairs = [line.partition(" ") for line in joined.splitlines() if line.strip()]
    return [(word, argument) for word, _, argument in pairs]


def arguments(word: str) -> list[str]:
    """The arguments of every instruction of this kind."""
    return [argument for found, argument in instructions() if found == word]


def copied() -> Iterator[str]:
    """Every path that the Dockerfile takes from the build context."""
    for argument in arguments("COPY"):
        if "--from=" not in argument:
            yield from (source.rstrip("/") for source in argument.split()[:-1])


def compose() -> dict[str, Any]:
    """The Compose file."""
    return yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))


def check_command(line: list[str]) -> None:
    """Assert that a command line is one of `paymap` with options that it has."""
    assert line[0] == "paymap"
    known = {option for parameter in COMMANDS[line[1]].params for option in parameter.opts}
    assert {word for word in line if word.startswith("--")} <= known


def names_in(lock: str) -> set[str]:
    """The packages that a file of requirements pins."""
    return set(re.findall(r"^([\w.-]+)==", (ROOT / "requirements" / lock).read_text("utf-8"), re.MULTILINE))


def health_check() -> list[str]:
    """The words of the image's health check."""
    (argument,) = arguments("HEALTHCHECK")
    return json.loads(argument[argument.index("CMD ") + 4 :])


def test_every_source_of_the_image_is_there_and_let_in() -> None:
    """What the Dockerfile copies exists, and .dockerignore, which keeps all else out, lets it in."""
    let_in = [line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")]
    assert sorted(set(copied())) == sorted(let_in)
    assert [source for source in copied() if not (ROOT / source).exists()] == []


def test_the_image_gets_every_folder_that_is_served() -> None:
    """Each folder of static/ is copied, but static/vendor, which git ignores, is built inside."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "static"],  # noqa: S607 - git is where the developer has it
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    folders = {"/".join(name.split("/")[:2]) for name in listed.split()}
    assert folders <= set(copied())


def test_both_stages_have_the_same_pinned_python() -> None:
    """The environment moves from stage to stage, so both start from one image, named with its version."""
    images = {argument.split()[0] for argument in arguments("FROM")}
    assert len(images) == 1
    assert all(PINNED.fullmatch(image) for image in images)


def test_the_image_keeps_no_build_tool() -> None:
    """What is uninstalled is exactly what the build has over the run, and pip itself."""
    (told,) = re.findall(r"pip uninstall --yes ([\w -]+?) *&&", " ".join(arguments("RUN")))
    assert set(told.split()) == names_in("build.txt") - names_in("run.txt") | {"pip"}


def test_the_image_runs_as_a_user_without_rights() -> None:
    """The last USER is a number other than 0, under which the command runs."""
    assert int(arguments("USER")[-1]) > 0
    (command,) = arguments("CMD")
    check_command(json.loads(command))


def test_every_port_is_the_same() -> None:
    """What is exposed, what is served, what is asked for health and what Compose publishes is one port."""
    (port,) = arguments("EXPOSE")
    service = compose()["services"]["app"]
    served = [json.loads(arguments("CMD")[0]), service["command"]]
    assert {line[line.index("--port") + 1] for line in served} == {port}
    assert f"127.0.0.1', {port}," in health_check()[-1]
    assert service["ports"] == [f"127.0.0.1:{port}:{port}"]


@pytest.mark.parametrize(("answer", "exit_code"), [(200, 0), (503, 1)])
def test_the_health_check_tells_ready_from_not_ready(answer: int, exit_code: int, serve: Callable) -> None:
    """The very check of the image succeeds over a ready server and fails over one that is not."""
    port = urlsplit(serve(Response(status_code=answer))).port
    asked = health_check()[-1].replace("8000", str(port))
    assert subprocess.run([sys.executable, "-c", asked], check=False, timeout=30).returncode == exit_code  # noqa: S603 - our own words


def test_services_wait_for_health() -> None:
    """The database says when it is healthy; the schema waits for it, and the application for both."""
    services = compose()["services"]
    assert services["database"]["healthcheck"]["test"][0] == "CMD"
    assert services["init"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert services["app"]["depends_on"]["init"] == {"condition": "service_completed_successfully"}
    assert "healthcheck" not in services["app"]  # the image's own holds


def test_compose_names_what_is_there() -> None:
    """Foreign images are pinned, volumes declared, commands and settings real."""
    said = compose()
    for service in said["services"].values():
        assert "build" in service or PINNED.fullmatch(service["image"])
        assert {volume.split(":")[0] for volume in service.get("volumes", [])} <= set(said["volumes"])
        if "command" in service:
            check_command(service["command"])
        named = {name for name in service["environment"] if name.startswith("PAYMAP_")}
        assert named <= {f"PAYMAP_{name.upper()}" for name in Settings.model_fields}


def test_no_password_is_written_down() -> None:
    """Every password comes from the file .env, which git ignores, and starting without one is refused."""
    for service in compose()["services"].values():
        secrets = [value for name, value in service["environment"].items() if "PASSWORD" in name]
        assert secrets
        assert all(re.fullmatch(r"\$\{POSTGRES_PASSWORD:\?.+\}", value) for value in secrets)
        assert not urlsplit(service["environment"].get("PAYMAP_DATABASE_URL", "")).password
    assert any(fnmatch(".env", line) for line in (ROOT / ".gitignore").read_text("utf-8").split())
