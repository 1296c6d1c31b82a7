"""
A directory that issues access tokens: OpenID discovery and the token endpoint, strict about proofs.

A certificate's assertion is verified with that certificate, its signature, audience and times; a token is
good until its end, or until somebody revokes it.
"""

import base64
import hashlib
import json
import ssl
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.fakes.web import Reply, Request, WebServer

TENANT = "11111111-2222-3333-4444-555555555555"
CLIENT = "66666666-7777-8888-9999-000000000000"
SECRET = "client-secret-4711"
JWT = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass
class Issued:
    """A token that was given out."""

    scope: str
    ends: float


@dataclass
class Registered:
    """What the directory knows of the one application."""

    secret: str = SECRET
    certificate: x509.Certificate | None = None
    federated: str = ""  # the assertion of another issuer that is believed


class LoginServer(WebServer):
    """See the module; `lifetime` is that of new tokens, in seconds."""

    def __init__(self, context: ssl.SSLContext | None = None, name: str = "") -> None:
        super().__init__(context)
        self.application = Registered()
        self.lifetime = 3600
        self.born_dead = False  # no server will accept the next tokens
        self.issued: dict[str, Issued] = {}
        self.name = name  # of the host, where it is reached by a proxy

    @property
    def authority(self) -> str:
        """What is configured."""
        return f"https://{self.name}" if self.name else self.origin

    def is_good(self, token: str) -> bool:
        """Whether a server would accept it."""
        found = self.issued.get(token)
        return found is not None and time.time() < found.ends

    def revoke_all(self) -> None:
        """No token that was issued so far is good any more."""
        for one in self.issued.values():
            one.ends = 0.0

    def answer(self, request: Request) -> Reply:
        match request.steps:
            case [tenant, "v2.0", ".well-known", "openid-configuration"] if tenant == TENANT:
                base = f"{self.authority}/{TENANT}"
                return Reply.json(
                    {
                        "issuer": f"{base}/v2.0",
                        "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                        "token_endpoint": f"{base}/oauth2/v2.0/token",
                    }
                )
            case [tenant, "oauth2", "v2.0", "token"] if tenant == TENANT and request.method == "POST":
                return self._token(
                    {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
                )
        return Reply.json({"error": "invalid_tenant", "error_codes": [90002]}, 400)

    def _token(self, form: dict[str, str]) -> Reply:
        if form.get("grant_type") != "client_credentials" or form.get("client_id") != CLIENT:
            return _no(700016, "unauthorized_client")
        if not form.get("scope", "").endswith("/.default"):
            return _no(1002012, "invalid_scope")
        if refusal := self._proof(form):
            return refusal
        token = f"token-{len(self.issued)}-{hashlib.sha256(str(time.time_ns()).encode()).hexdigest()}"
        ends = 0.0 if self.born_dead else time.time() + self.lifetime
        self.issued[token] = Issued(form["scope"], ends)
        return Reply.json({"token_type": "Bearer", "expires_in": self.lifetime, "access_token": token})

    def _proof(self, form: dict[str, str]) -> Reply | None:
        if "client_secret" in form:
            return None if form["client_secret"] == self.application.secret else _no(7000215)
        if form.get("client_assertion_type") != JWT:
            return _no(7000218)
        assertion = form["client_assertion"]
        if self.application.federated:
            return None if assertion == self.application.federated else _no(70021, "invalid_request")
        if self.application.certificate is None or not _signed(assertion, self.application.certificate, self):
            return _no(700027)
        return None


def _no(code: int, error: str = "invalid_client") -> Reply:
    text = f"AADSTS{code}: words of the directory"
    return Reply.json({"error": error, "error_description": text, "error_codes": [code]}, 401)


def _signed(assertion: str, certificate: x509.Certificate, server: LoginServer) -> bool:
    head, body, signature = assertion.split(".")
    header, claims = _part(head), _part(body)
    digest = base64.urlsafe_b64encode(certificate.fingerprint(hashes.SHA256())).rstrip(b"=").decode()
    if header["alg"] != "PS256" or header.get("x5t#S256", "").rstrip("=") != digest:
        return False
    if claims["iss"] != CLIENT or not claims["iat"] - 60 <= time.time() < claims["exp"]:
        return False
    if claims["aud"] != f"{server.authority}/{TENANT}/oauth2/v2.0/token":
        return False
    key = certificate.public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), hashes.SHA256().digest_size)
    try:
        key.verify(_bytes(signature), f"{head}.{body}".encode(), pss, hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def _part(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_bytes(text))
    return found


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
