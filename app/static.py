"""Static files: kept for a year where their address carries their content's mark, asked again otherwise."""

import hashlib
import re
from functools import cache
from http import HTTPStatus
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from app.settings import Settings

FOR_GOOD = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
_MARK = re.compile(rb"v=[0-9a-f]{8}")


class MarkedFiles(StaticFiles):
    """Files that never change under an address with `?v=`: a new content has a new mark."""

    def get_path(self, scope: Scope) -> str:
        """The file that is asked for, whether or not a proxy took the prefix off."""
        prefix, path = scope.get("app_root_path", ""), scope["path"]
        return super().get_path({**scope, "path": prefix + path.removeprefix(prefix)})

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, with how long it may be kept."""
        answer = await super().get_response(path, scope)
        marked = _MARK.fullmatch(scope["query_string"]) and answer.status_code != HTTPStatus.NOT_FOUND
        answer.headers["cache-control"] = FOR_GOOD if marked else ASK_AGAIN
        return answer


def link(path: str, settings: Settings) -> str:
    """The URL of a static file, with its content's mark, so that a new version is never mixed with an old."""
    return f"{settings.root_path}/static/{path}?v={_mark_of(settings.static_dir / path)}"


@cache
def _mark_of(file: Path) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()[:8]
    except OSError:
        return "0"
