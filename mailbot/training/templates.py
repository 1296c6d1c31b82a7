"""
The texts of the desk: files in `templates/training`, which a site may replace one by one.

    Title: which it is, for the list of prepared answers
    Subject: of the letter
    Attach: files of templates/documents, for a prepared answer

    Dear {{ name }} …

SECURITY
    The words of a stranger are values and never templates; a template can do nothing but put values in
    (Jinja's sandbox), and one that names a value which does not exist is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from mailbot import resources
from mailbot.errors import ConfigError

_FOLDER = "templates/training"
_JINJA = ImmutableSandboxedEnvironment(
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    autoescape=False,
)


@dataclass(frozen=True, slots=True)
class Text:
    """A template, not filled in yet."""

    name: str
    title: str
    subject: str
    attach: tuple[str, ...]
    body: str

    def fill(self, values: Mapping[str, object]) -> tuple[str, str]:
        """Subject and body. `ConfigError` where it names what is not there."""
        try:
            subject = _JINJA.from_string(self.subject).render(values)
            body = _JINJA.from_string(self.body).render(values)
        except TemplateError as error:
            kind = type(error).__name__
            raise ConfigError(f"templates/training/{self.name}.txt: cannot be filled in ({kind})") from None
        return " ".join(subject.split()), body.strip() + "\n"


def letter(name: str, site: Path | None = None) -> Text:
    """The template of a letter: "offer", "confirmation", …"""
    return _read(name, resources.find(f"{_FOLDER}/{name}.txt", site / "training" if site else None))


def answers(site: Path | None = None) -> list[Text]:
    """The prepared answers, by title."""
    folder = site / "training" / "answers" if site else None
    found = [
        _read(f"answers/{path.stem}", path)
        for path in resources.folder(f"{_FOLDER}/answers", "*.txt", folder)
    ]
    return sorted(found, key=lambda one: one.title)


def _read(name: str, path: Path) -> Text:
    try:
        head, _, body = path.read_text(encoding="utf-8").replace("\r\n", "\n").partition("\n\n")
    except (OSError, UnicodeDecodeError):
        raise ConfigError(f"templates/training/{name}.txt: cannot be read as text") from None
    fields = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
    if not fields.get("Subject") or not body.strip():
        raise ConfigError(
            f"templates/training/{name}.txt: needs a line `Subject: …`, an empty line and a text"
        )
    attach = tuple(one.strip() for one in fields.get("Attach", "").split(",") if one.strip())
    return Text(name, fields.get("Title", fields["Subject"]), fields["Subject"], attach, body)
