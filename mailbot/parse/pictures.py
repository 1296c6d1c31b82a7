"""
Pictures of what a message holds, drawn anew in a reading child: a page of a PDF, a photograph, a screenshot.

This is a module for `ReaderPool`, beside `mailbot.reading`; the console asks it by `ask_for`.

GUARANTEES
    What comes out is a JPEG of our own making, at most `SIDE` on its longer side: pixels, and nothing of the
    file's metadata, layers, scripts or colour profiles. Blurred, it is too small and soft to see anybody.
SECURITY
    Runs inside the child, with all its limits. Only formats that are named here are opened; a picture is
    measured before it is unpacked.
"""

import base64
import io
from dataclasses import dataclass
from typing import Any

import pypdfium2
from PIL import Image, ImageFilter, ImageOps, UnidentifiedImageError

from mailbot.domain.mail import Border
from mailbot.errors import LimitExceeded, Unreadable
from mailbot.parse.attachments import Opener
from mailbot.parse.limits import Limits
from mailbot.parse.mime import items

SIDE = 1200  # pixels; a page can be read
_SMALL, _BLUR = 96, 6
_FORMATS = ("JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP")
_PIXELS = 50_000_000  # of the original; a telephone's camera has fewer, unpacked it takes 150 MB
_PAPER = 14_400  # points; the format's own limit of a page's side
_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture; `pages` is how many its file has."""

    jpeg: str  # base64
    width: int
    height: int
    pages: int

    @property
    def data(self) -> bytes:
        """The file."""
        return base64.b64decode(self.jpeg, validate=True)


def read_document(untrusted_raw: bytes, wish: str) -> Picture:
    """In the child: the part at this path of a whole message, this page of it, clear or blurred."""
    path, page, blurred = wish.split("\t")
    for one in Opener(_LIMITS).open_all(list(items(untrusted_raw, _LIMITS))):
        if one.part.path == path:
            return drawn(one.item.untrusted_data, int(page), blurred=blurred == "1")
    raise Unreadable("gone")


def drawn(untrusted: bytes, page: int, *, blurred: bool) -> Picture:
    """A picture of a file."""
    image, pages = _page(untrusted, page) if b"%PDF-" in untrusted[:1024] else (_photograph(untrusted), 1)
    if blurred:
        image.thumbnail((_SMALL, _SMALL))
        image = image.filter(ImageFilter.GaussianBlur(_BLUR))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=75)
    width, height = image.size
    return Picture(base64.b64encode(out.getvalue()).decode(), width, height, pages)


def read_message(untrusted_raw: bytes, border: Border) -> Picture:
    """A picture of ours, by which a child gets ready."""
    return drawn(_sample(), 1, blurred=False)


def read_headers(untrusted_raw: bytes, border: Border) -> Picture:
    """The same; nothing here reads headers."""
    return read_message(untrusted_raw, border)


def warm_up() -> None:
    """Load all that drawing may need, while there are files to load it from."""
    Image.init()
    Image.MAX_IMAGE_PIXELS = _PIXELS
    for kind in _FORMATS:
        out = io.BytesIO()
        Image.new("RGB", (8, 8)).save(out, kind)
        drawn(out.getvalue(), 1, blurred=True)
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PDF")
    drawn(out.getvalue(), 1, blurred=True)


def _sample() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    return out.getvalue()


def _page(untrusted: bytes, number: int) -> tuple[Any, int]:
    try:
        document = pypdfium2.PdfDocument(untrusted)
        count = len(document)
        if not 1 <= number <= min(count, _LIMITS.pdf_pages):
            raise Unreadable("gone")
        page = document[number - 1]
        longer = max(page.get_size())
        if not 0 < longer <= _PAPER:
            raise LimitExceeded("pdf_page")
        return page.render(scale=SIDE / longer).to_pil().convert("RGB"), count
    except pypdfium2.PdfiumError as error:
        raise Unreadable("corrupt") from error


def _photograph(untrusted: bytes) -> Any:
    try:
        image: Any = Image.open(io.BytesIO(untrusted), formats=_FORMATS)
        if image.width * image.height > _PIXELS:
            raise LimitExceeded("image_pixels")
        image.draft("RGB", (SIDE, SIDE))  # a large JPEG is unpacked at a fraction
        image = ImageOps.exif_transpose(image)
        image = image.convert("RGB")
        image.thumbnail((SIDE, SIDE))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise Unreadable("corrupt") from error
    except Image.DecompressionBombError as error:
        raise LimitExceeded("image_pixels") from error
    return image
