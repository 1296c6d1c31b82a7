"""PDF files that cannot be read, act by themselves, or want to cost much."""

import subprocess
import sys
import time
import zlib

import pytest

from mailbot.errors import LimitExceeded, Unreadable
from mailbot.parse.limits import Limits
from mailbot.parse.readers.pdf import read
from tests.hostile.making import double_flate
from tests.unit.parse.readers.building import lines
from tests.unit.parse.readers.making_pdf import Pdf, written

LIMITS = Limits()
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]%s>>"


def code(untrusted: bytes) -> str:
    """Why it cannot be read."""
    with pytest.raises(Unreadable) as caught:
        read(untrusted, LIMITS)
    return caught.value.code


def test_a_password() -> None:
    """A file that asks for one says so."""
    whole = written(
        {1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Count 1/Kids[3 0 R]>>", 3: PAGE % b""},
        trailer=f"/ID[<{'00' * 16}><{'00' * 16}>]"
        f"/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<{'11' * 32}>/U<{'22' * 32}>>>",
    )

    assert "password" == code(whole)


@pytest.mark.parametrize(
    "untrusted", [b"", b"%PDF-1.7\n", b"%PDF-1.7\n" + bytes(5000), Pdf().text(1, 1, "x").bytes()[:200]]
)
def test_damage(untrusted: bytes) -> None:
    """A file that holds no pages any more is corrupt."""
    assert "corrupt" == code(untrusted)


def test_pictures_alone() -> None:
    """A page without a word is an image, and so is one whose words a scanner guessed."""
    assert "image" == code(Pdf().box(100, 100, 300, 300).bytes())
    assert "image" == code(Pdf().draw("BT /F 10 Tf 3 Tr 50 500 Td (guess) Tj ET").bytes())


@pytest.mark.parametrize(
    "catalog",
    [
        "/OpenAction<</S/JavaScript/JS(x)>>",
        "/OpenAction<</S/J#61vaScript/JS(x)>>",
        "/Names<</EmbeddedFiles<</Names[]>>>>",
        "/AA<</WC<</S/Launch/F(x)>>>>",
        "/OpenAction<</S/SubmitForm/F(x)>>",
    ],
)
def test_what_acts_is_flagged(catalog: str) -> None:
    """Scripts, launches, embedded files, disguised or not; the text is read all the same."""
    document = read(Pdf(catalog=catalog).text(50, 100, "Name").bytes(), LIMITS)

    assert ("unsafe_document",) == document.flags
    assert ["Name"] == lines(document)


def test_a_script_in_an_object_stream() -> None:
    """What is packed is looked into."""
    inner = b"1 0 <</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(x)>>>>"
    packed = zlib.compress(inner)
    stream = b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (
        len(packed),
        packed,
    )
    made = Pdf().text(50, 100, "Name")
    made.extra[900] = stream
    plain = Pdf().text(50, 100, "Name")
    harmless = zlib.compress(b"1 0 <</Type/Catalog/Pages 2 0 R>>")
    plain.extra[900] = b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (
        len(harmless),
        harmless,
    )

    assert () == read(plain.bytes(), LIMITS).flags
    assert ["Name"] == lines(read(made.bytes(), LIMITS))


def test_a_script_of_a_field_is_flagged() -> None:
    """A field that would act is seen; a link to a web page is not an action of that kind."""
    acting = Pdf().entry(50, 90, 150, 104, "a", "x", "/AA<</K<</S/JavaScript/JS(x)>>>>")
    linking = (
        Pdf()
        .text(50, 100, "x")
        .annotation(50, 90, 150, 104, "/Subtype/Link/A<</S/URI/URI(https://a.example)>>")
    )

    assert ("unsafe_document",) == read(acting.bytes(), LIMITS).flags
    assert () == read(linking.bytes(), LIMITS).flags


def test_loops() -> None:
    """Tables that point at themselves, and pages that are their own parents, end."""
    loop = Pdf().text(50, 100, "Name").bytes()
    start = loop.rindex(b"xref\n0")
    looped = loop.replace(b"trailer\n<<", b"trailer\n<</Prev %d" % start)
    tree = written(
        {
            1: b"<</Type/Catalog/Pages 2 0 R>>",
            2: b"<</Type/Pages/Count 3/Kids[2 0 R 2 0 R 3 0 R]>>",
            3: PAGE % b"",
        }
    )

    assert ["Name"] == lines(read(looped, LIMITS))
    with pytest.raises((Unreadable, LimitExceeded)):
        read(tree, LIMITS)


def test_a_field_that_is_its_own_parent() -> None:
    """The line of parents ends."""
    made = Pdf().text(50, 100, "Name")
    made.extra[900] = b"<</FT/Tx/Parent 900 0 R/T(a)>>"
    made.annotation(50, 110, 150, 124, "/Subtype/Widget/Parent 900 0 R")

    assert "Name" in str(lines(read(made.bytes(), LIMITS)))


def test_too_many_pages() -> None:
    """Ten thousand pages are for a person, and are refused before one is read."""
    kids = b" ".join(b"%d 0 R" % (10 + number) for number in range(10_000))
    objects = {1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Count 10000/Kids[%s]>>" % kids}
    objects |= {10 + number: PAGE % b"" for number in range(10_000)}
    began = time.process_time()
    with pytest.raises(LimitExceeded):
        read(written(objects), LIMITS)

    assert time.process_time() - began < 2


def test_five_thousand_fields() -> None:
    """A page full of fields is read in time."""
    made = Pdf()
    for number in range(5_000):
        x, y = 20 + 50 * (number % 11), 40 + 1.6 * (number // 11)
        made.entry(x, y, x + 40, y + 1.4, f"f{number}", "v")
    untrusted = made.bytes()
    began = time.process_time()
    read(untrusted, LIMITS)

    assert time.process_time() - began < 2


def test_squared_paper() -> None:
    """Thousands of lines make no table and cost little."""
    made = Pdf().text(50, 30, "Name")
    for step in range(250):
        made.line(40, 40 + 3 * step, 560, 40 + 3 * step).line(40 + 2 * step, 40, 40 + 2 * step, 800)
    untrusted = made.bytes()
    began = time.process_time()
    found = read(untrusted, LIMITS)

    assert "Name" in str(lines(found))
    assert time.process_time() - began < 2


def test_a_bomb_kills_a_child_at_most() -> None:
    """100 MB of zeros, packed twice, end a child of 900 MB cleanly or are refused; nothing hangs."""
    script = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (900 << 20,) * 2);"
        "from mailbot.parse.readers.pdf import read; from mailbot.parse.limits import Limits;"
        "from mailbot.errors import MailbotError\n"
        "try: read(sys.stdin.buffer.read(), Limits())\nexcept (MailbotError, MemoryError): pass"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], input=double_flate(100), capture_output=True, timeout=60, check=False
    )

    assert done.returncode <= 0
