"""What comes with the form of an inspection: its fields, and its photographs, drawn anew."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from starlette.datastructures import UploadFile
from starlette.requests import Request

from app.accounts.asking import Writer
from app.errors import TooLarge
from app.review.inspections import MOST_PHOTOS
from app.review.photos import MOST_BYTES

PHOTO = "photo"


@dataclass(frozen=True, slots=True)
class Sent:
    """The fields of the form, and each file with its name."""

    fields: Mapping[str, str]
    files: tuple[tuple[str, bytes], ...]


async def _sent(request: Request, _who: Writer) -> Sent:
    form = await request.form()
    fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    files = [value for value in form.getlist(PHOTO) if isinstance(value, UploadFile) and value.filename]
    if len(files) > MOST_PHOTOS:
        msg = f"{PHOTO}: at most {MOST_PHOTOS} photographs"
        raise TooLarge(msg)
    return Sent(fields, tuple([(file.filename or PHOTO, await file.read(MOST_BYTES + 1)) for file in files]))


WithPhotos = Annotated[Sent, Depends(_sent)]
