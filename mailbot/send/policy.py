"""
May this message be acknowledged? An ordered table of small functions; the first that says yes decides.

The rules above the line in `RULES` look at the message alone (its headers, the authentication of its
sender, the one answer of a form that counts), and at the list of shared mailboxes: they are final, and
what `mailbot read` prints. Those below look at the day and the weather; a human may release what they hold.

GUARANTEES
    Nothing but the headers, the sender's authentication, "contact is not safe" and rate limits can change
    the answer. Only an authentication that is known to be good passes: everything else is a no.
BUGS
    A form that was forged in somebody's name and says that contact is not safe stops the reply to them for
    some minutes. The other way round, a warning that is not believed, could cost a person more.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from mailbot.config import parents
from mailbot.domain.mail import NOT_CHECKED, Envelope
from mailbot.send.address import domain, fold, untagged, usable


@dataclass(frozen=True, slots=True)
class PolicySettings:
    """What the site decides about it."""

    enabled: bool = True
    require_authenticated: bool = True
    require_known_partner: bool = False
    shared_mailboxes: tuple[str, ...] = ()  # patterns of addresses that get none
    own_addresses: tuple[str, ...] = ()
    partner_domains: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Facts:
    """What stands in no header. Counts and times, and one answer of a form; never content."""

    not_safe: bool = False  # a form of this sender says that contact is not safe
    answers_ours: bool = False  # it replies to an acknowledgement of ours
    late: bool = False  # received long ago
    restored: bool = False  # received before a backup was restored, so perhaps answered already
    breaker_open: bool = False  # our acknowledgements come back
    over_limit: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """`may` it be acknowledged; else why not, and whether a human may release it."""

    may: bool
    code: str | None = None
    held: bool = False


Rule = Callable[[Envelope, Facts, PolicySettings], bool]


def has_no_sender(envelope: Envelope, facts: Facts, rules: PolicySettings) -> bool:
    """There is nobody to write to: no From, or none on which two parsers agree, or not a plain address."""
    return envelope.from_headers == 0 or not envelope.senders or not all(map(usable, envelope.senders))


def has_several_senders(envelope: Envelope, facts: Facts, rules: PolicySettings) -> bool:
    """Two people in From, or two From: whichever we chose, another might learn of it."""
    return envelope.from_headers > 1 or len(envelope.senders) > 1


def is_from_us(envelope: Envelope, facts: Facts, rules: PolicySettings) -> bool:
    """We would answer ourselves, for ever; a tag or another case makes no difference."""
    ours = {untagged(address) for address in rules.own_addresses}
    return envelope.own_address or any(untagged(sender) in ours for sender in envelope.senders)


def is_not_safe(envelope: Envelope, facts: Facts, rules: PolicySettings) -> bool:
    """Any mail could harm them. First of the reasons, so that it is remembered whatever else is true."""
    return facts.not_safe


def is_list_mail(envelope: Envelope, facts: Facts, rules: PolicySettings) -> bool:
    """Many would read the reply (RFC 2919, RFC 5230 section 4.5)."""
    return envelope.automatic == "list"


def is_bounce(envelope: Envelope, facts: Facts, rules: PolicySettings) -> bool:
    """A report is never answered (RFC 3834 section 2, RFC 3464 section 2)."""
    return envelope.automatic == "bounce"


def is_automatic(envelope: Envelope, facts: Facts, rules: PolicySettings) -> bool:
    """A program wrote it, and might answer the answer (RFC 3834 section 5)."""
    return envelope.automatic is not None


def has_null_path(envelope: Envelope, facts: Facts, rules: PolicySettings) -> bool:
    """Who sends from <> asks for no answer (RFC 3834 section 2, RFC 5321 section 4.5.5)."""
    return envelope.return_path == ""


def is_reply_to_ours(envelope: Envelope, facts: Facts, rules: PolicySettings) -> bool:
    """Some programs answer without a header that says so; this ends the loop at its first turn."""
    return facts.answers_ours


def is_spam(envelope: Envelope, facts: Facts, rules: PolicySettings) -> bool:
    """Our own border says so; a reply would tell the sender that somebody is here."""
    return envelope.spam


def is_unauthenticated(envelope: Envelope, facts: Facts, rules: PolicySettings) -> bool:
    """A forged From: the reply would tell the real person that a report exists."""
    return _is_unproven(envelope, rules) and NOT_CHECKED not in envelope.defects


def _is_unproven(envelope: Envelope, rules: PolicySettings) -> bool:
    return rules.require_authenticated and envelope.authentication not in ("pass", "internal")


def is_shared_mailbox(envelope: Envelope, facts: Facts, rules: PolicySettings) -> bool:
    """Others than the sender read it, and the site chose silence there."""
    patterns = [fold(pattern) for pattern in rules.shared_mailboxes]
    return any(
        fnmatchcase(form(sender), pattern)
        for sender in envelope.senders
        for form in (fold, untagged)
        for pattern in patterns
    )


def is_disabled(envelope: Envelope, facts: Facts, rules: PolicySettings) -> bool:
    """The site sends none. After what the message itself forbids, so that a reason stays the same."""
    return not rules.enabled


def is_not_checked(envelope: Envelope, facts: Facts, rules: PolicySettings) -> bool:
    """It bears a signature, and no DNS said whether that holds: neither proven nor forged."""
    return _is_unproven(envelope, rules) and NOT_CHECKED in envelope.defects


def is_unknown_partner(envelope: Envelope, facts: Facts, rules: PolicySettings) -> bool:
    """Authenticated, and by a domain of which nobody has heard; a partner's subdomains are theirs."""
    known = rules.partner_domains.intersection(parents(domain(envelope.senders[0])))
    return rules.require_known_partner and not known


def is_restored(envelope: Envelope, facts: Facts, rules: PolicySettings) -> bool:
    """A backup was restored since it came: it may have been answered, and we do not know."""
    return facts.restored


def is_late(envelope: Envelope, facts: Facts, rules: PolicySettings) -> bool:
    """After days a receipt puzzles more than it helps, and a whole mailbox of them is an accident."""
    return facts.late


def is_breaker_open(envelope: Envelope, facts: Facts, rules: PolicySettings) -> bool:
    """Our acknowledgements come back: somebody should look before more leave."""
    return facts.breaker_open


def is_over_limit(envelope: Envelope, facts: Facts, rules: PolicySettings) -> bool:
    """More in a day than people write."""
    return facts.over_limit


RULES: tuple[tuple[Rule, str], ...] = (
    (has_several_senders, "several_senders"),
    (has_no_sender, "no_sender"),
    (is_from_us, "own_address"),
    (is_not_safe, "not_safe"),
    (is_list_mail, "list"),
    (is_bounce, "bounce"),
    (is_automatic, "automatic"),
    (has_null_path, "bounce"),
    (is_reply_to_ours, "automatic"),
    (is_spam, "spam"),
    (is_unauthenticated, "unauthenticated"),
    (is_shared_mailbox, "shared_mailbox"),
    (is_disabled, "disabled"),
)
HOLDING: tuple[tuple[Rule, str], ...] = (
    (is_not_checked, "not_checked"),
    (is_unknown_partner, "unknown_partner"),
    (is_restored, "restored"),
    (is_late, "late"),
    (is_breaker_open, "breaker"),
    (is_over_limit, "rate_limited"),
)
WHY_NOT = frozenset(code for _, code in (*RULES, *HOLDING)) - {
    "late",
    "not_checked",
    "restored",
}  # these are the outbox's: no message alone brings them about


def judge(envelope: Envelope, facts: Facts, rules: PolicySettings) -> Verdict:
    """The verdict on one message; the first rule that holds decides."""
    for table, held in ((RULES, False), (HOLDING, True)):
        for rule, code in table:
            if rule(envelope, facts, rules):
                return Verdict(False, code, held)
    return Verdict(True)
