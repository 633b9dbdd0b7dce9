"""What is kept of a photograph."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from app.errors import BadFile, TooLarge
from app.review.photos import LONGEST_SIDE, MOST_BYTES, kept

GPS, ORIENTATION, COMMENT = 0x8825, 0x0112, b"comment with a name"


def photo(size: tuple[int, int] = (40, 20), kind: str = "JPEG", mode: str = "RGB", **saved: object) -> bytes:
    """A picture whose upper left quarter is red, with a place, a camera and a comment in it."""
    image = Image.new(mode, size, "white")
    image.paste("red", (0, 0, size[0] // 2, size[1] // 2))
    exif = Image.Exif()
    exif[ORIENTATION] = saved.pop("turned", 1)
    exif[0x010F] = "Camera of somebody"
    exif.get_ifd(GPS).update({1: "N", 2: (36.0, 27.0, 0.0), 3: "E", 4: (115.0, 58.0, 0.0)})
    made = BytesIO()
    image.save(made, kind, exif=exif, **saved)
    return made.getvalue()


def opened(sent: bytes) -> Image.Image:
    """What is kept, as a picture."""
    return Image.open(BytesIO(kept(sent, "p").content))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_loses_where_and_by_whom_it_was_taken(kind: str) -> None:
    """Nothing but the picture is kept: no GPS, no camera, no comment, no second file behind it."""
    sent = photo(kind=kind) + b"PK something else"
    assert b"Camera of somebody" in sent
    found = opened(sent)
    assert (found.format, found.mode, dict(found.getexif())) == ("JPEG", "RGB", {})
    assert not set(found.info) & {"exif", "comment", "icc_profile", "xmp", "photoshop"}
    assert b"Camera" not in kept(sent, "p").content
    assert b"PK" not in kept(sent, "p").content[-30:]


def test_a_photo_stands_upright() -> None:
    """A phone held sideways says so in the metadata; the picture itself is turned before that goes."""
    found = opened(photo(size=(40, 20), turned=6))
    assert found.size == (20, 40)
    red, green, _ = found.getpixel((15, 5))
    assert (red > 200, green < 100) == (True, True)  # the red quarter is now on the right


def test_a_large_photo_is_made_small() -> None:
    """The longer side has at most 1600 pixels, the shape stays."""
    found = kept(photo(size=(4000, 3000)), "p")
    assert (found.width, found.height) == (LONGEST_SIDE, LONGEST_SIDE * 3 // 4)


def test_what_shines_through_is_white() -> None:
    """A picture without a ground gets a white one, not a black one."""
    made = BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(made, "PNG")
    assert opened(made.getvalue()).getpixel((5, 5)) == (255, 255, 255)


def chunk(kind: bytes, body: bytes) -> bytes:
    """One chunk of a PNG file."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def bomb(side: int) -> bytes:
    """A PNG of a few bytes that says it is `side` by `side` pixels."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [8_000, 10_000, 30_000])
def test_a_bomb_is_refused_before_it_is_unpacked(side: int) -> None:
    """A small file that unfolds into gigabytes is refused by what it says of its size."""
    with pytest.raises(TooLarge, match="million pixels"):
        kept(bomb(side), "shop.png")


def test_a_file_too_large_is_not_looked_into() -> None:
    """More bytes than a photograph has are refused."""
    with pytest.raises(TooLarge, match=r"shop\.jpg: is larger than 12 MB"):
        kept(b"\xff\xd8" + b"0" * MOST_BYTES, "shop.jpg")


@pytest.mark.parametrize(
    "sent",
    [b"", b"GIF89a not taken", b"%PDF-1.7", b"<svg onload='x'/>", photo()[:200], bomb(100), photo(kind="PNG")[:60]],
    ids=["empty", "gif", "pdf", "svg", "cut", "png cut inside", "png cut"],
)
def test_what_is_no_picture_is_refused(sent: bytes) -> None:
    """Another kind of file, or half of one, is refused with what to send instead."""
    with pytest.raises(BadFile, match="send JPEG, PNG or WebP"):
        kept(sent, "shop.jpg")
