"""
An OpenID Connect provider: discovery, keys, a page on which somebody says who they are, and tokens.

It is strict: PKCE (S256), state, nonce, the registered address to go back to, the client's secret, and a code
that is good once. `forge` makes the next tokens wrong in one way.
"""

import base64
import hashlib
import html
import secrets
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlencode

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from tests.fakes.web import Reply, Request, WebServer

CLIENT = "66666666-7777-8888-9999-000000000000"
SECRET = "provider-secret-4711"
TENANT = "11111111-2222-3333-4444-555555555555"
Claims = dict[str, Any]


@cache
def new_key(whose: str) -> rsa.RSAPrivateKey:
    """A key, made once for each name: making one takes its time."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(frozen=True)
class Begun:
    """Somebody is signing in."""

    query: dict[str, str]
    claims: Claims


class OidcServer(WebServer):
    """See the module; `people` are those who can sign in, by what they type as their name."""

    def __init__(self, context: ssl.SSLContext, back: str = "", name: str = "") -> None:
        super().__init__(context)
        self.name = name  # of the host, where it is reached by a proxy
        self.back = back  # the registered address to go back to
        self.people: dict[str, Claims] = {}
        self.forge: Callable[[Claims], Claims | str] | None = None
        self.key = new_key("of the provider")
        self._codes: dict[str, Begun] = {}

    @property
    def issuer(self) -> str:
        return f"{f'https://{self.name}' if self.name else self.origin}/{TENANT}/v2.0"

    def person(self, name: str, *roles: str, **more: Any) -> None:
        """Somebody with these application roles."""
        known = {"oid": hashlib.md5(name.encode(), usedforsecurity=False).hexdigest(), "tid": TENANT}
        self.people[name] = {"preferred_username": name, "roles": list(roles), **known, **more}

    def answer(self, request: Request) -> Reply:
        where = request.path.removeprefix(f"/{TENANT}/v2.0")
        pages = {
            "/.well-known/openid-configuration": self._described,
            "/keys": self._keys,
            "/authorize": self._authorize,
            "/token": self._token,
        }
        return pages[where](request) if where in pages else Reply(404)

    def token(self, claims: Claims, **head: Any) -> str:
        """A signed one."""
        return jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": "one", **head})

    def _described(self, request: Request) -> Reply:
        return Reply.json(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "response_types_supported": ["code"],
                "subject_types_supported": ["pairwise"],
                "id_token_signing_alg_values_supported": ["RS256"],
            }
        )

    def _keys(self, request: Request) -> Reply:
        key = RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return Reply.json({"keys": [key | {"kid": "one", "use": "sig", "alg": "RS256"}]})

    def _authorize(self, request: Request) -> Reply:
        query = dict(request.query)
        good = (
            query.get("client_id") == CLIENT
            and query.get("redirect_uri") == self.back
            and query.get("code_challenge_method") == "S256"
            and query.get("response_type") == "code"
            and {"state", "nonce", "code_challenge"} <= query.keys()
            and "openid" in query.get("scope", "").split()
        )
        if not good:
            return Reply(400, b"this request is not valid")
        name = query.pop("name", None)
        if name is None:
            hidden = "".join(
                f'<input type="hidden" name="{html.escape(key)}" value="{html.escape(value)}">'
                for key, value in query.items()
            )
            field = '<label>Name <input name="name"></label>'
            page = f"<title>Provider</title><form>{field}{hidden}<button>Go</button></form>"
            return Reply(200, page.encode(), {"Content-Type": "text/html"})
        if name not in self.people:
            back = {"error": "access_denied", "state": query["state"]}
        else:
            code = secrets.token_urlsafe(16)
            self._codes[code] = Begun(query, self.people[name])
            back = {"code": code, "state": query["state"]}
        return Reply(302, headers={"Location": f"{self.back}?{urlencode(back)}"})

    def _token(self, request: Request) -> Reply:
        form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        basic = request.headers.get("authorization", "").removeprefix("Basic ")
        shown = (
            base64.b64decode(basic).decode()
            if basic
            else f"{form.get('client_id')}:{form.get('client_secret')}"
        )
        begun = self._codes.pop(form.get("code", ""), None)
        if shown != f"{CLIENT}:{SECRET}" or begun is None or form.get("redirect_uri") != self.back:
            return Reply.json({"error": "invalid_grant"}, 400)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != begun.query["code_challenge"]:
            return Reply.json({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": hashlib.sha256(begun.claims["oid"].encode()).hexdigest(),
            "iat": now,
            "nbf": now,
            "exp": now + 3600,
            "nonce": begun.query["nonce"],
            **begun.claims,
        }
        made = self.forge(claims) if self.forge else claims
        token = made if isinstance(made, str) else self.token(made)
        return Reply.json(
            {"access_token": "none-of-ours", "token_type": "Bearer", "id_token": token, "expires_in": 3600}
        )
