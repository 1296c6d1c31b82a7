"""What a message is taken apart into, before it is read."""

from dataclasses import dataclass, field
from typing import Literal

Role = Literal["body", "attachment", "inline", "member"]


@dataclass(frozen=True, slots=True)
class Item:
    """One body, file or member of an archive: bytes, and what its sender said about them."""

    path: str  # as `Part.path`
    untrusted_name: str
    declared: str
    untrusted_data: bytes
    role: Role = "attachment"
    parameters: dict[str, str] = field(default_factory=dict)
    depth: int = 0  # messages within messages
    archives: int = 0  # archives around it
    group: str = ""  # the path of the multipart/alternative around it
    referenced: bool = False  # has a Content-ID, so an HTML body may show it
    problem: str = ""  # it is not to be opened, and why
    note: str = ""  # text for a person that is no content: the headers of an inner message
