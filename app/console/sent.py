"""What comes with a write: the fields of a form, or the object of a JSON body. Both are read for the signed-in only."""

from collections.abc import Mapping
from typing import Annotated

import orjson
from fastapi import Depends, Path
from starlette.requests import Request

from app.accounts.asking import Writer
from app.errors import BadFields, Fault, TooLarge

MOST_BYTES = 1_000_000
BODY = "body"


async def _filled(request: Request, _who: Writer) -> Mapping[str, str]:
    form = await request.form()
    return {name: value for name, value in form.multi_items() if isinstance(value, str)}


async def _body(request: Request, _who: Writer) -> Mapping[str, object]:
    raw = b""
    async for piece in request.stream():
        raw += piece
        if len(raw) > MOST_BYTES:
            msg = f"the body is larger than {MOST_BYTES} bytes"
            raise TooLarge(msg)
    try:
        said = orjson.loads(raw or b"{}")
    except orjson.JSONDecodeError as error:
        raise BadFields({BODY: Fault("is no JSON: %(why)s", {"why": str(error)})}) from None
    if not isinstance(said, dict):
        raise BadFields({BODY: Fault("is no JSON object")})
    return said


Number = Annotated[int, Path(ge=1, lt=2**62)]
"""The number of a row in an address: one that a database can hold."""
Filled = Annotated[Mapping[str, str], Depends(_filled)]
Body = Annotated[Mapping[str, object], Depends(_body)]
