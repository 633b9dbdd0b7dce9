"""A photograph as it is kept: small, upright, and without anything but the picture."""

import hashlib
from dataclasses import dataclass
from io import BytesIO
from struct import error as BadStruct  # noqa: N812 - as the other errors are called
from zlib import error as BadZip  # noqa: N812 - as the other errors are called

from PIL import Image, ImageOps, UnidentifiedImageError

from app.errors import BadFile, TooLarge

MOST_BYTES = 12 * 2**20
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 1600
QUALITY = 82
FORMATS = ("JPEG", "PNG", "WEBP")
MEDIA_TYPE = "image/jpeg"
_BROKEN = (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, BadStruct, BadZip, IndexError)
_BOMB = (Image.DecompressionBombError, Image.DecompressionBombWarning)


@dataclass(frozen=True, slots=True)
class Photo:
    """A JPEG without metadata."""

    content: bytes
    width: int
    height: int

    @property
    def sha256(self) -> str:
        """What the same picture is known by."""
        return hashlib.sha256(self.content).hexdigest()


def kept(sent: bytes, name: str) -> Photo:
    """The photograph drawn anew: upright, at most 1600 pixels long, with no place, time or camera in it.

    Args:
        sent: the file as it came.
        name: what a refusal calls it.

    Raises:
        TooLarge: more bytes or pixels than a phone's photograph has.
        BadFile: it is no picture of a kind that we take, or it is broken.
    """
    if len(sent) > MOST_BYTES:
        raise TooLarge(f"{name}: is larger than {MOST_BYTES // 2**20} MB: send a smaller picture")
    try:
        with Image.open(BytesIO(sent), formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise TooLarge(_too_many(name))
            return _drawn(image)
    except _BOMB as error:
        raise TooLarge(_too_many(name)) from error
    except _BROKEN as error:
        raise BadFile(f"{name}: is no picture that can be read: send JPEG, PNG or WebP") from error


def _drawn(image: Image.Image) -> Photo:
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is then decoded at a fraction of its size
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    plain = Image.new("RGB", upright.size, "white")
    plain.paste(upright, mask=_opaque(upright))
    made = BytesIO()
    plain.save(made, "JPEG", quality=QUALITY, optimize=True)
    return Photo(made.getvalue(), *plain.size)


def _opaque(image: Image.Image) -> Image.Image | None:
    """Where the picture is to be seen; None for everywhere."""
    return image.getchannel("A") if "A" in image.getbands() else None


def _too_many(name: str) -> str:
    return f"{name}: has more than {MOST_PIXELS // 10**6} million pixels: send a smaller picture"
