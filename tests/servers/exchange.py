"""The fakes of Exchange as fixtures: Graph without and with TLS."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from mailbot.clients.exchange import Exchange
from mailbot.clients.graph import Graph
from mailbot.clients.network import Outward
from tests.fakes.ews import PASSWORD as EWS_PASSWORD
from tests.fakes.ews import USER as EWS_USER
from tests.fakes.ews import EwsServer
from tests.fakes.graph import ADDRESS, GraphServer
from tests.fakes.login import LoginServer
from tests.servers.certificates import Authority

TOKEN = "good-token"


@pytest.fixture
def graph_server() -> Iterator[GraphServer]:
    """Exchange Online without TLS, on loopback."""
    server = GraphServer()
    with server.serving():
        yield server


@pytest.fixture
def ews_server(tmp_path: Path) -> Iterator[EwsServer]:
    """Exchange of one's own without TLS, on loopback."""
    server = EwsServer(tmp_path)
    with server.serving():
        yield server


def ews_client(server: EwsServer, **how: Any) -> Exchange:
    """A client that signs in by NTLM."""
    how = {"username": EWS_USER, "password": lambda: EWS_PASSWORD} | how
    mailbox = how.pop("mailbox", ADDRESS)
    return Exchange(how.pop("url", server.url), mailbox, how.pop("outward", Outward()), "test", **how)


def graph_client(server: GraphServer, mailbox: str = ADDRESS) -> Graph:
    """A client with a token that is always good."""
    return Graph(server.base_url, mailbox, lambda fresh: TOKEN, Outward(), "test", first_pause=0.01)


@dataclass(frozen=True)
class Tls:
    """An authority of a test, and a server's side of TLS under it."""

    ca_file: Path
    context: ssl.SSLContext


def make_tls(authority: Authority, folder: Path, host: str = "localhost") -> Tls:
    """A certificate for a host name and for 127.0.0.1."""
    folder.mkdir(parents=True, exist_ok=True)
    certificate, key = authority.issue(folder, host=host)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return Tls(authority.write(folder / "ca.pem"), context)


@pytest.fixture(scope="session")
def exchange_authority() -> Authority:
    """Signs for the fakes of Exchange."""
    return Authority.new()


@pytest.fixture(scope="session")
def exchange_tls(exchange_authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Tls:
    """TLS on loopback."""
    return make_tls(exchange_authority, tmp_path_factory.mktemp("tls"))


@pytest.fixture
def login_server(exchange_tls: Tls) -> Iterator[LoginServer]:
    """A directory that issues tokens, by TLS."""
    server = LoginServer(exchange_tls.context)
    with server.serving():
        yield server


@pytest.fixture(scope="session")
def application_certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, x509.Certificate]:
    """A file with a certificate of an application and its key, and the certificate."""
    return make_certificate(tmp_path_factory.mktemp("application") / "mailbot.pem", timedelta(days=90))


def make_certificate(path: Path, lasts: timedelta) -> tuple[Path, x509.Certificate]:
    """A self-signed certificate and its key, in one file."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mailbot")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=400))
        .not_valid_after(now + lasts)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    path.chmod(0o400)
    return path, certificate
