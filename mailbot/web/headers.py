"""
What every answer says to the browser about itself.

SECURITY
    Nothing is loaded but our own script, style and pictures; nothing is framed, kept, or guessed at. The
    referrer stays on this host: an address holds an id.
"""

from flask import Response

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self';"
    " frame-ancestors 'none'; base-uri 'none'"
)
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}


def protect(response: Response, *, secure: bool) -> Response:
    """The answer with these headers; only a file of the console's own may be kept."""
    for name, value in ALWAYS.items():
        response.headers[name] = value
    if secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if not response.cache_control.public:
        response.headers["Cache-Control"] = "no-store"
    return response
