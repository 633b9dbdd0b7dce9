"""A file that is sent in over HTTP: to the disk as it comes, and never more of it than is taken in."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Annotated

from fastapi import Depends
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request

from app.accounts.asking import Writer
from app.errors import BadFile, BadParameter, TooLarge

MIB = 2**20
MOST_BYTES = 200 * MIB
"""Of a request: larger files come in from the command line."""
USUAL_NAME = "ledger"
FIELD = "file"
ROOM_FOR_FIELDS = 20


@dataclass(frozen=True, slots=True)
class Sent:
    """A file on disk for as long as the request lasts, what its user calls it, and the other fields of the form."""

    path: Path
    name: str
    fields: dict[str, str]


async def received(request: Request, _who: Writer) -> AsyncIterator[Sent]:
    """The file of a request: the field `file` of a form, or the body itself with its name in the query.

    Raises:
        BadParameter: a form without a file. BadFile: an empty one. TooLarge: more than is taken in.
    """
    handle, name = tempfile.mkstemp(prefix="paymap-import-")
    path = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            if request.headers.get("content-type", "").startswith("multipart/form-data"):
                form = await request.form(max_files=1, max_fields=ROOM_FOR_FIELDS)
                upload = form.get(FIELD)
                if not isinstance(upload, UploadFile) or not upload.filename:
                    raise BadParameter(FIELD, "the form has no file")
                await run_in_threadpool(shutil.copyfileobj, upload.file, file)
                called = upload.filename
                fields = {key: value for key, value in form.items() if isinstance(value, str)}
            else:
                async for chunk in request.stream():
                    await run_in_threadpool(file.write, chunk)
                called, fields = request.query_params.get("name", USUAL_NAME), {}
        yield await run_in_threadpool(_checked, Sent(path, base_name(called), fields))
    finally:
        await run_in_threadpool(path.unlink)
        await request.close()


def _checked(sent: Sent) -> Sent:
    if sent.path.stat().st_size > MOST_BYTES:
        most = MOST_BYTES // MIB
        raise TooLarge(f"{sent.name}: more than {most} MB: cut the ledger into several files, or use `paymap import`")
    if not sent.path.stat().st_size:
        raise BadFile(f"{sent.name}: the file is empty")
    return sent


SentFile = Annotated[Sent, Depends(received)]


def base_name(called: str) -> str:
    """A file's name without folders, which some browsers send, and without what no name holds."""
    plain = PurePosixPath(called.replace("\\", "/")).name
    return "".join(c for c in plain if c.isprintable())[-200:] or USUAL_NAME
