"""
A relay on a free loopback port that keeps what it is given, and fails in every way a relay can.

It speaks real SMTP (aiosmtpd) with or without TLS, under a certificate of a throw-away authority. What it
accepts is on disk before it answers, so whoever kills a client in between still finds the truth here.
"""

import asyncio
import base64
import os
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "relay-user", "relay-password-7"
Tls = Literal["none", "starttls", "implicit"]
Mode = Literal[
    "accept",
    "slow",  # answers byte by byte
    "mail-421",
    "rcpt-450",
    "rcpt-550",
    "data-451",  # before the content
    "data-554",
    "cut-in-content",
    "dot-451",  # after the final dot
    "dot-421",
    "dot-554",
    "dot-garbage",
    "dot-silence",  # keeps the message and never answers
    "dot-cut",  # keeps the message and closes
]


@dataclass(frozen=True)
class Received:
    """A message that the relay has; it is on disk."""

    sender: str
    recipients: tuple[str, ...]
    data: bytes
    options: tuple[str, ...]  # of RCPT
    tls: bool


@dataclass
class SmtpSink:
    """A running relay; `mode` may be changed at any time, and `modes` go before it, one for each message."""

    folder: Path
    context: ssl.SSLContext | None = None
    tls: Tls = "none"
    strip_starttls: bool = False
    signing_in: bool = False
    dsn: bool = False
    mode: Mode = "accept"
    modes: list[Mode] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    good_token: str = ""  # for XOAUTH2
    after_refusal: list[bytes] = field(default_factory=list)
    sessions: int = 0
    port: int = 0

    def __post_init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="smtp-sink", daemon=True)
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)
        self.port = self._server.sockets[0].getsockname()[1]

    def close(self) -> None:
        """Stop, whatever is going on."""
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def take_mode(self) -> Mode:
        """How to treat the message that begins now."""
        return self.modes.pop(0) if self.modes else self.mode

    def keep(self, message: Received) -> None:
        """Durable first, then known."""
        with open(self.folder / f"{len(self.received):06}.eml", "wb") as file:
            file.write(message.data)
            file.flush()
            os.fsync(file.fileno())
        self.received.append(message)

    async def _listen(self) -> asyncio.Server:
        implicit = self.context if self.tls == "implicit" else None
        return await self._loop.create_server(self._session, "127.0.0.1", 0, ssl=implicit)

    async def _stop(self) -> None:
        self._server.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)  # the transports of cancelled sessions close in the next turn

    def _session(self) -> SMTP:
        self.sessions += 1
        offers_tls = self.tls == "starttls" and not self.strip_starttls
        return _Server(
            self,
            _Handler(self),
            hostname="relay.test",
            loop=self._loop,
            tls_context=self.context if offers_tls else None,
            require_starttls=offers_tls,
            auth_require_tls=False,
            authenticator=_sign_in if self.signing_in else None,
            auth_exclude_mechanism=[] if self.signing_in else ["LOGIN", "PLAIN"],
        )


class _Server(SMTP):
    """The protocol, with a few ways to break off in the middle."""

    def __init__(self, sink: SmtpSink, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.sink = sink
        self.current: Mode = "accept"
        self.rcpt_options: tuple[str, ...] = ()

    async def push(self, status: str | bytes) -> None:
        """Byte by byte where asked."""
        if self.current != "slow":
            return await super().push(status)
        line = status if isinstance(status, bytes) else status.encode("ascii")
        for byte in line + b"\r\n":
            self._writer.write(bytes([byte]))
            await self._writer.drain()
            await asyncio.sleep(0.001)
        return None

    async def smtp_MAIL(self, arg: str | None) -> None:
        """A message begins."""
        self.current = self.sink.take_mode()
        if self.current == "mail-421":
            await self.push("421 4.3.2 going down")
            self.transport.abort()
            return
        await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str | None) -> None:
        """Understands NOTIFY where DSN was offered, which aiosmtpd does not."""
        words = (arg or "").split()
        self.rcpt_options = tuple(word for word in words if word.startswith("NOTIFY="))
        if self.sink.dsn:
            arg = " ".join(word for word in words if word not in self.rcpt_options)
        await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str | None) -> None:
        """Break off before or in the content where asked."""
        if self.current in ("data-451", "data-554"):
            await self.push(f"{self.current[-3:]} 4.3.0 not now")
        elif self.current == "cut-in-content":
            await self.push("354 go on")
            await self._reader.readline()
            self.transport.abort()
        else:
            await super().smtp_DATA(arg or "")


class _Handler:
    def __init__(self, sink: SmtpSink) -> None:
        self._sink = sink

    async def auth_XOAUTH2(self, server: SMTP, words: list[str]) -> AuthResult:
        """The one token that is good; a refusal in JSON is answered with nothing."""
        said = base64.b64decode(words[1]).decode()
        if said == f"user={USER}\1auth=Bearer {self._sink.good_token}\1\1":
            return AuthResult(success=True)
        await server.push("334 eyJzdGF0dXMiOiI0MDEifQ==")
        self._sink.after_refusal.append((await server._reader.readline()).strip())
        return AuthResult(success=False, handled=False)

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [*responses[:-1], "250-DSN", responses[-1]] if self._sink.dsn else responses

    async def handle_RCPT(
        self, server: _Server, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if server.current in ("rcpt-450", "rcpt-550"):
            return f"{server.current[-3:]} 5.1.1 not here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: _Server, session: Session, envelope: Envelope) -> str:
        mode = server.current
        if mode in ("dot-451", "dot-421", "dot-554"):
            return f"{mode[-3:]} 4.3.0 no"
        self._sink.keep(
            Received(
                sender=(envelope.mail_from or "").strip("<>"),
                recipients=tuple(envelope.rcpt_tos),
                data=envelope.original_content or b"",
                options=server.rcpt_options,
                tls=session.ssl is not None or self._sink.tls == "implicit",
            )
        )
        if mode == "dot-silence":
            await asyncio.sleep(3600)
        if mode == "dot-cut":
            server.transport.abort()
        return "what is this" if mode == "dot-garbage" else "250 2.0.0 kept"


def _sign_in(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (
        USER.encode(),
        PASSWORD.encode(),
    )
    return AuthResult(success=right, handled=False)


@dataclass(frozen=True)
class Authority:
    """A throw-away authority: the file to trust, and a context that serves 127.0.0.1 and localhost."""

    ca_file: Path
    context: ssl.SSLContext


def make_authority(folder: Path) -> Authority:
    """An authority and one certificate of it, good for a day."""
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mailbot test authority")])
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "relay.test")])
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    ca = _certificate(ca_name, ca_name, ca_key, ca_key, x509.BasicConstraints(ca=True, path_length=0))
    own = _certificate(name, ca_name, key, ca_key, names)
    (folder / "ca.pem").write_bytes(ca.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "relay.pem").write_bytes(own.public_bytes(serialization.Encoding.PEM) + private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "relay.pem")
    return Authority(folder / "ca.pem", context)


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
    extension: x509.ExtensionType,
) -> x509.Certificate:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
        .sign(signer, hashes.SHA256())
    )


@pytest.fixture(scope="session")
def smtp_authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """The authority of all relays of this run."""
    return make_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def start_smtp(tmp_path: Path, smtp_authority: Authority) -> Iterator[Callable[..., SmtpSink]]:
    """Starts relays: `start_smtp(tls="starttls", mode="dot-451")`; they end with the test."""
    started: list[SmtpSink] = []

    def start(**how: Any) -> SmtpSink:
        folder = tmp_path / f"relay-{len(started)}"
        folder.mkdir()
        sink = SmtpSink(folder, smtp_authority.context, **how)
        started.append(sink)
        return sink

    yield start
    for sink in started:
        sink.close()


@pytest.fixture
def smtp(start_smtp: Callable[..., SmtpSink]) -> SmtpSink:
    """A relay without TLS that accepts everything."""
    return start_smtp()
