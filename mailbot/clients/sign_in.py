"""
Signing people in at the force's own provider: OpenID Connect, the authorization code with PKCE, by msal.

GUARANTEES
    A token counts when all of this holds: it came over TLS from the issuer's own host, for our request
    (state, nonce, PKCE); it is signed by a key that the issuer publishes now, with an algorithm of public
    keys; issuer and audience are exactly ours; it has not ended; and its tenant is the configured one.
SECURITY
    msal gives the claims of a token without having checked them, so they are checked here, by PyJWT. No error
    quotes what a provider or a browser sent.
"""

import hashlib
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import jwt
import msal

from mailbot.clients import network
from mailbot.clients.network import Outward
from mailbot.clients.oauth import Http
from mailbot.clients.trouble import Kind, Trouble
from mailbot.config import Config, secret

_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
_NEEDED = ("exp", "iat", "iss", "aud", "sub")
_SKEW = 60  # seconds between two clocks
_WRONG = (jwt.PyJWTError, ValueError, LookupError, TypeError, AttributeError, RuntimeError)


@dataclass(frozen=True, slots=True)
class Registration:
    """Where people sign in, and as what we are known there."""

    issuer: str
    client_id: str
    tenant: str = ""
    secret: Callable[[], str] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Signed:
    """Whom the provider has sent. `subject` is theirs for ever; a name may change."""

    subject: str
    name: str
    roles: tuple[str, ...]


class Provider:
    """See the module. For several threads; nothing is asked before somebody signs in."""

    def __init__(self, registration: Registration, outward: Outward) -> None:
        self._registration = registration
        self._http = Http(outward, network.host(registration.issuer))
        self._lock = threading.Lock()
        self._known: tuple[Any, dict[str, Any]] | None = None

    @classmethod
    def of(cls, config: Config, environ: Mapping[str, str]) -> "Provider | None":
        """The configured one, if any. `ConfigError` when its secret is missing."""
        oidc = config.console.oidc
        if oidc is None:
            return None
        production, where = config.mailbot.production, "[console.oidc] → secret"
        key = secret(oidc.secret_file, oidc.secret_env, environ, where, production=production)
        registration = Registration(oidc.issuer, oidc.client_id, oidc.tenant, key)
        return cls(registration, Outward(config.network.proxy, (config.network.ca_file,)))

    def begin(self, back: str) -> tuple[str, dict[str, Any]]:
        """Where to send a browser, and what to remember until it is back. Raises `Trouble`."""
        client, _ = self._ready()
        try:
            flow = client.initiate_auth_code_flow([], redirect_uri=back)
            kept = {name: value for name, value in flow.items() if name != "auth_uri"}
            return str(flow["auth_uri"]), kept | {"scope": sorted(flow["scope"])}
        except _WRONG as error:
            raise Trouble(Kind.AWAY, "the provider's description of itself cannot be used") from error

    def finish(self, flow: dict[str, Any], untrusted_answer: Mapping[str, str]) -> Signed:
        """Who it is. Raises `Trouble`: away, or denied when anything does not hold."""
        client, described = self._ready()
        try:
            found = client.acquire_token_by_auth_code_flow(flow, dict(untrusted_answer))
            untrusted_token = found["id_token"]
            claims = self._checked(untrusted_token, described)
            sent = hashlib.sha256(flow["nonce"].encode()).hexdigest()  # as msal sends it
            if claims.get("nonce") != sent:
                raise Trouble(Kind.DENIED, "the provider's token is not for this request")
            return _signed(claims)
        except network.FAILURES as error:
            raise Trouble(Kind.AWAY, f"the provider cannot be reached: {network.why(error)}") from error
        except _WRONG as error:
            raise Trouble(Kind.DENIED, "the provider's answer is not valid") from error

    def _checked(self, untrusted_token: str, described: Mapping[str, Any]) -> dict[str, Any]:
        untrusted_head = jwt.get_unverified_header(untrusted_token)
        keys = jwt.PyJWKSet.from_dict(self._json(described["jwks_uri"]))
        claims: dict[str, Any] = jwt.decode(
            untrusted_token,
            keys[untrusted_head["kid"]],
            algorithms=list(_ALGORITHMS),
            audience=self._registration.client_id,
            issuer=described["issuer"],
            leeway=_SKEW,
            options={"require": list(_NEEDED)},
        )
        wanted = self._registration.tenant
        if wanted and claims.get("tid") != wanted:
            raise Trouble(Kind.DENIED, "the token is of another tenant")
        return claims

    def _ready(self) -> tuple[Any, dict[str, Any]]:
        """msal's client and the provider's description; made anew after a failure."""
        with self._lock:
            if self._known is None:
                try:
                    self._known = self._client(), self._described()
                except network.FAILURES as error:
                    raise Trouble(
                        Kind.AWAY, f"the provider cannot be reached: {network.why(error)}"
                    ) from error
                except _WRONG as error:
                    raise Trouble(Kind.AWAY, "the provider's description of itself cannot be used") from error
            return self._known

    def _client(self) -> Any:
        registration = self._registration
        return msal.ConfidentialClientApplication(
            registration.client_id,
            client_credential=registration.secret() if registration.secret else None,
            oidc_authority=registration.issuer,
            instance_discovery=False,
            exclude_scopes=["offline_access"],  # who it is, once; nothing to be renewed
            http_client=self._http,
        )

    def _described(self) -> dict[str, Any]:
        described = self._json(f"{self._registration.issuer.rstrip('/')}/.well-known/openid-configuration")
        # exactly: OpenID Connect Discovery 1.0 section 4.3
        if str(described["issuer"]).rstrip("/") != self._registration.issuer.rstrip("/"):
            raise ValueError("another issuer")
        return described

    def _json(self, url: str) -> dict[str, Any]:
        found = json.loads(self._http.get(url).text)
        if not isinstance(found, dict):
            raise ValueError("no object")
        return found


def _signed(claims: Mapping[str, Any]) -> Signed:
    """Entra's `tid` and `oid` name a person in all applications; elsewhere `iss` and `sub` do."""
    if claims.get("tid") and claims.get("oid"):
        subject = f"{claims['tid']}/{claims['oid']}"
    else:
        subject = f"{claims['iss']}/{claims['sub']}"
    roles = claims.get("roles") or ()
    name = claims.get("preferred_username") or claims.get("email") or claims["sub"]
    if not isinstance(roles, list | tuple) or not all(isinstance(word, str) for word in roles):
        raise ValueError("roles")
    return Signed(subject[:250], str(name), tuple(roles))
