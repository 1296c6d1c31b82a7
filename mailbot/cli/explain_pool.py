"""Reading children that explain instead of only reading."""

from pathlib import Path

from mailbot import codec
from mailbot.cli.forms_child import Asked, Explained
from mailbot.parse import answer
from mailbot.parse.sandbox import ReaderPool
from mailbot.record.forms import Definitions


class ExplainPool(ReaderPool):
    """One reader, best effort like `read`."""

    def __init__(self) -> None:
        super().__init__("mailbot.cli.forms_child", mode="best_effort", readers=1)

    def explain(self, path: Path, definitions: Definitions | None = None) -> Explained:
        """What is in a file; a name that ends in .eml is a message's."""
        untrusted = path.read_bytes()
        asked = Asked(path.name, path.suffix.lower() == ".eml", definitions)
        return self._ask(answer.DOCUMENT, codec.encode(asked), untrusted, Explained)
