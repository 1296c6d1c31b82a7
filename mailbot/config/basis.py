"""What every table of the configuration is made of."""

from typing import Annotated, Literal

import msgspec

Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]
Positive = Annotated[int, msgspec.Meta(ge=1)]
Natural = Annotated[int, msgspec.Meta(ge=0)]
Tls = Literal["implicit", "starttls", "none"]


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of the file; an unknown key in it is an error."""


class Relay(Section, frozen=True):
    """A mail server that takes mail of ours, and whom it comes from."""

    host: str = ""
    port: Port = 25
    tls: Tls = "starttls"
    ca_file: str = ""
    username: str = ""
    password_file: str = ""
    password_env: str = ""
    sender: str = msgspec.field(default="", name="from")
