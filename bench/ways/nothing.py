"""What a reading child runs in the way `floor`: it reads nothing, and always says the same."""

from mailbot.domain.mail import Border, Envelope, Kind, Part, Reading

_READING = Reading(
    Envelope(senders=("staff@school.example",), from_headers=1, authentication="pass"),
    Kind.ENQUIRY,
    parts=(Part("1", "", "text/plain", "plain", 5, "0" * 64, "read", role="body", text="hello"),),
    reader_version="floor",
    schema_version="1",
)


def warm_up() -> None:
    """Nothing to load."""


def read_message(untrusted_raw: bytes, border: Border) -> Reading:
    """The one answer."""
    return _READING


def read_headers(untrusted_raw: bytes, border: Border) -> Envelope:
    """The one answer."""
    return _READING.envelope
