"""
What the headers of a message say, judged: who wrote, whether a machine did, whether our border
server vouches for it.
"""

from mailbot.domain.mail import Border, Envelope
from mailbot.parse.addresses import Mailbox, listed, scan, senders, usable
from mailbot.parse.authenticity import authenticate, is_spam
from mailbot.parse.automatic import Signs, judge
from mailbot.parse.headers import Block, message_ids, shown
from mailbot.parse.limits import Limits
from mailbot.parse.parameters import split_value
from mailbot.parse.signatures import key_names

_ONCE = ("from", "sender", "date", "message-id", "subject", "reply-to", "to", "content-type")


def judge_headers(block: Block, border: Border, limits: Limits, inner: tuple[str, ...] = ()) -> Envelope:
    """The envelope; `inner` are the content types of the outer message's parts, where they are known."""
    boxes, from_defects = senders(block.all("from"))
    sender = boxes[0] if len(boxes) == 1 else None
    top, parameters = split_value(block.first("content-type"))
    calendar = "text/calendar" in (top, *inner)
    signs = Signs(
        block,
        (top, *inner),
        parameters.get("report-type", "").lower() if top == "multipart/report" else "",
        calendar,
        sender.address.rpartition("@")[0].lower() if sender else "",
    )
    domain = sender.address.rpartition("@")[2] if sender else ""
    replies = block.all("in-reply-to") + block.all("references")
    return Envelope(
        senders=tuple(box.address for box in boxes),
        from_headers=len(block.all("from")),
        sender_name=_name(boxes, block),
        return_path=_return_path(block),
        reply_to=listed(block.all("reply-to"), limits.addresses),
        recipients=listed(block.all("to") + block.all("cc"), limits.addresses),
        message_id=next(iter(message_ids(block.first("message-id"), limits)), ""),
        names_messages=message_ids(" ".join(replies), limits),
        subject=shown(block.first("subject")),
        date=shown(block.first("date")),
        automatic=judge(signs),
        spam=is_spam(block, border),
        own_address=_is_ours(boxes, border),
        authentication=authenticate(block, border, domain),
        signatures=key_names(block, domain) if border.local_dkim else (),
        spoof_signs=tuple(_spoof_signs(block, sender)),
        defects=(*block.defects, *from_defects, *_repeated(block)),
    )


def _name(boxes: tuple[Mailbox, ...], block: Block) -> str:
    """The name that the sender shows; quotes opened."""
    if not boxes:
        return shown(block.first("from"))
    name = boxes[0].name.strip()
    if name.startswith('"') and name.endswith('"'):
        name = name[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    return shown(name)


def _return_path(block: Block) -> str | None:
    if not block.has("return-path"):
        return None
    return shown(block.first("return-path")).strip("<> ")


def _is_ours(boxes: tuple[Mailbox, ...], border: Border) -> bool:
    ours = {_untagged(address) for address in border.own_addresses}
    return any(_untagged(box.address) in ours for box in boxes)


def _untagged(address: str) -> str:
    """Without the tag that a server ignores (name+tag@…), in lower case."""
    local, _, domain = address.lower().rpartition("@")
    return f"{local.split('+')[0]}@{domain}"


def _repeated(block: Block) -> list[str]:
    return [f"repeated_{name}" for name in _ONCE if len(block.all(name)) > 1]


def _spoof_signs(block: Block, sender: Mailbox | None) -> list[str]:
    """What a forger likes and an honest sender seldom does: shown to people, decides nothing."""
    if sender is None:
        return []
    domain = sender.address.rpartition("@")[2]
    name = shown(sender.name)
    signs = []
    if any(
        usable(word.strip("<>()\"',;")) not in (None, sender.address) for word in name.split() if "@" in word
    ):
        signs.append("display_name_address")
    if "xn--" in domain:
        signs.append("punycode")
    if _elsewhere(block.all("reply-to"), domain):
        signs.append("reply_to_differs")
    if _elsewhere(block.all("return-path")[:1], domain):
        signs.append("return_path_differs")
    if _elsewhere(block.all("sender"), domain):
        signs.append("sender_differs")
    return signs


def _elsewhere(values: list[str], domain: str) -> bool:
    """Whether an address in these fields stands in another domain, subdomains apart."""
    found = [box.address for value in values for box in scan(value) or [] if box.address]
    return any(not _related(address.rpartition("@")[2].lower(), domain) for address in found)


def _related(one: str, other: str) -> bool:
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")
