"""What is fuzzed: each reader by its name, and the way a whole message goes."""

from collections.abc import Callable

from mailbot.domain.mail import Border
from mailbot.errors import LimitExceeded, Unreadable
from mailbot.parse.limits import Limits
from mailbot.parse.mail import take_apart
from mailbot.parse.readers import registry

registry.warm_up()  # while atheris looks at what is imported
LIMITS = Limits()
BORDER = Border(("mx.police.example",))


def names() -> list[str]:
    """All targets."""
    return [*registry.DOCUMENTS, *registry.CONTAINERS, *registry.TEXTS, "mime"]


def target(name: str) -> Callable[[bytes], None]:
    """Reads bytes; raises what no reader may raise."""
    return _guarded(_reader(name))


def _reader(name: str) -> Callable[[bytes], object]:
    if name == "mime":
        return lambda data: take_apart(data, BORDER)
    if (text := registry.text_reader(name)) is not None:
        return lambda data: text(data.decode("utf-8", "replace"), LIMITS)
    if (document := registry.document_reader(name)) is not None:
        return lambda data: document(data, LIMITS)
    if (unpack := registry.container_reader(name)) is not None:
        return lambda data: unpack(data, LIMITS)
    raise SystemExit(f"fuzz: there is no reader {name}")


def _guarded(read: Callable[[bytes], object]) -> Callable[[bytes], None]:
    def once(data: bytes) -> None:
        try:
            read(data)
        except (Unreadable, LimitExceeded):
            return

    return once
