"""
The states of everything that has one, a sentence each, and the moves that are legal.

The same words stand in the CHECKs of the schema, in the console and in the handbook. A move that is
not in the table is `IllegalMove`: a bug of ours, never a person's mistake.
"""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any, TypeVar


class MessageState(Enum):
    """What has become of a message."""

    STORED = "stored"  # the raw bytes are durable; nothing has been read yet
    PARSED = "parsed"  # a reading exists
    QUEUED = "queued"  # a review item waits for a handler
    DECIDED = "decided"  # a handler has decided; may be reopened
    IGNORED = "ignored"  # automatic mail; kept, because a human may disagree
    QUARANTINED = "quarantined"  # we gave up reading it; it is in the queue all the same


class DeliveryState(Enum):
    """What has become of one appearance of a message in a folder."""

    STORED = "stored"  # the bytes are ours; the server knows nothing yet
    MOVING = "moving"  # the server is being told
    MOVED = "moved"  # proven to be gone from the inbox
    GONE = "gone"  # somebody else moved or deleted it; we have the bytes
    RETURNED = "returned"  # somebody put it back into the inbox; a human looks
    SUPERSEDED = "superseded"  # the same bytes came again under another UIDVALIDITY


class AckState(Enum):
    """What has become of the acknowledgement of a message."""

    RESERVED = "reserved"  # will be sent when its delay ends
    SENDING = "sending"  # committed before the transport is spoken to
    SENT = "sent"  # the transport has accepted it
    REFUSED = "refused"  # the other side said no, or 24 hours have passed
    HELD = "held"  # a human may release it
    UNCERTAIN = "uncertain"  # interrupted in doubt; a human decides, never the machine
    COVERED = "covered"  # one to the same sender, not yet sent, speaks for it
    NOT_DUE = "not_due"  # none will be sent; the code says why


class ReviewState(Enum):
    """What has become of a review item."""

    WAITING = "waiting"  # for a handler
    CLAIMED = "claimed"  # by a handler, for the time of a lease
    CLARIFICATION = "clarification"  # a person asks somebody, by phone first
    DECIDED = "decided"  # may be reopened


class OpeningState(Enum):
    """What has become of a wish to see a source part."""

    ASKED = "asked"  # a second person has not answered yet
    OPEN = "open"  # until its time is over
    REFUSED = "refused"  # by the second person
    CLOSED = "closed"  # by hand, or because its time was over


class DispatchState(Enum):
    """What has become of a document for a desk."""

    WAITING = "waiting"  # for the worker
    SENDING = "sending"  # the route is being spoken to, or is tried again
    DONE = "done"  # handed over
    FAILED = "failed"  # refused for good; a person sends it again, or another way


class AccountState(Enum):
    """Whether somebody may sign in to the console."""

    ACTIVE = "active"
    DISABLED = "disabled"  # by an administrator; the name stays in the audit


class TrainingState(Enum):
    """What has become of a request for a training session."""

    REQUESTED = "requested"  # somebody asked; nobody has answered yet
    NEED_INFO = "need_info"  # we asked back
    OFFERED = "offered"  # a session was offered
    CONFIRMED = "confirmed"  # agreed, and the invitation sent
    REMINDED = "reminded"  # shortly before it
    DELIVERED = "delivered"  # it took place
    CANCELLED = "cancelled"  # by either side
    DECLINED = "declined"  # we cannot, or it was answered elsewhere


class SessionState(Enum):
    """What has become of a training session."""

    PLANNED = "planned"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


class ReportState(Enum):
    """What has become of a report."""

    DRAFT = "draft"  # may be made again
    RELEASED = "released"  # by a second person; frozen


State = TypeVar(
    "State",
    MessageState,
    DeliveryState,
    AckState,
    ReviewState,
    OpeningState,
    DispatchState,
    AccountState,
    TrainingState,
    SessionState,
    ReportState,
)


def _moves(table: dict[State, set[State]]) -> Mapping[State, frozenset[State]]:
    return MappingProxyType({old: frozenset(new) for old, new in table.items()})


_M, _D, _A, _R = MessageState, DeliveryState, AckState, ReviewState
_O, _S = OpeningState, DispatchState

MESSAGE_MOVES = _moves(
    {
        _M.STORED: {_M.PARSED, _M.QUARANTINED},
        _M.PARSED: {_M.QUEUED, _M.IGNORED},
        _M.QUEUED: {_M.DECIDED},
        _M.DECIDED: {_M.QUEUED},  # reopened
        _M.IGNORED: {_M.QUEUED},
        _M.QUARANTINED: {_M.DECIDED, _M.STORED},
    }
)
DELIVERY_MOVES = _moves(
    {
        _D.STORED: {_D.MOVING, _D.GONE, _D.SUPERSEDED},
        _D.MOVING: {_D.MOVED, _D.GONE, _D.SUPERSEDED},
        _D.MOVED: {_D.RETURNED},
        _D.GONE: {_D.RETURNED},
        _D.RETURNED: {_D.MOVING, _D.GONE},
        _D.SUPERSEDED: set(),
    }
)
ACK_MOVES = _moves(
    {
        _A.RESERVED: {_A.SENDING, _A.HELD, _A.NOT_DUE, _A.REFUSED},
        # back to RESERVED only after a definite temporary refusal
        _A.SENDING: {_A.SENT, _A.RESERVED, _A.REFUSED, _A.UNCERTAIN},
        _A.HELD: {_A.RESERVED, _A.NOT_DUE},
        _A.UNCERTAIN: {_A.RESERVED, _A.SENT, _A.NOT_DUE},  # a human decides
        _A.COVERED: {_A.NOT_DUE},
        _A.SENT: set(),
        _A.REFUSED: {_A.RESERVED},  # a human decides
        _A.NOT_DUE: set(),
    }
)
REVIEW_MOVES = _moves(
    {
        _R.WAITING: {_R.CLAIMED, _R.DECIDED},
        _R.CLAIMED: {_R.WAITING, _R.CLARIFICATION, _R.DECIDED},
        _R.CLARIFICATION: {_R.CLAIMED, _R.WAITING, _R.DECIDED},
        _R.DECIDED: {_R.WAITING},  # reopened
    }
)
OPENING_MOVES = _moves(
    {
        _O.ASKED: {_O.OPEN, _O.REFUSED, _O.CLOSED},
        _O.OPEN: {_O.CLOSED},
        _O.REFUSED: set(),
        _O.CLOSED: set(),
    }
)
DISPATCH_MOVES = _moves(
    {
        _S.WAITING: {_S.SENDING, _S.FAILED},
        _S.SENDING: {_S.DONE, _S.FAILED, _S.SENDING},
        _S.DONE: set(),
        _S.FAILED: {_S.WAITING},  # a person asks for it again
    }
)
ACCOUNT_MOVES = _moves(
    {AccountState.ACTIVE: {AccountState.DISABLED}, AccountState.DISABLED: {AccountState.ACTIVE}}
)
_T, _E, _P = TrainingState, SessionState, ReportState
TRAINING_MOVES = _moves(
    {
        # a question, or the wish for a form, is DELIVERED with its answer
        _T.REQUESTED: {_T.NEED_INFO, _T.OFFERED, _T.CONFIRMED, _T.DELIVERED, _T.CANCELLED, _T.DECLINED},
        _T.NEED_INFO: {_T.REQUESTED, _T.OFFERED, _T.CONFIRMED, _T.DELIVERED, _T.CANCELLED, _T.DECLINED},
        _T.OFFERED: {_T.OFFERED, _T.NEED_INFO, _T.CONFIRMED, _T.CANCELLED, _T.DECLINED},
        _T.CONFIRMED: {_T.CONFIRMED, _T.REMINDED, _T.OFFERED, _T.DELIVERED, _T.CANCELLED},
        _T.REMINDED: {_T.OFFERED, _T.CONFIRMED, _T.DELIVERED, _T.CANCELLED},
        _T.DELIVERED: set(),
        _T.CANCELLED: {_T.REQUESTED, _T.OFFERED},  # they ask again, or another date is found
        _T.DECLINED: {_T.REQUESTED},
    }
)
SESSION_MOVES = _moves(
    {
        _E.PLANNED: {_E.PLANNED, _E.DELIVERED, _E.CANCELLED},
        _E.DELIVERED: set(),
        _E.CANCELLED: set(),
    }
)
REPORT_MOVES = _moves({_P.DRAFT: {_P.RELEASED}, _P.RELEASED: set()})
_ALL: tuple[Mapping[Any, frozenset[Any]], ...] = (
    MESSAGE_MOVES,
    DELIVERY_MOVES,
    ACK_MOVES,
    REVIEW_MOVES,
    OPENING_MOVES,
    DISPATCH_MOVES,
    ACCOUNT_MOVES,
    TRAINING_MOVES,
    SESSION_MOVES,
    REPORT_MOVES,
)


def is_legal(old: Enum, new: Enum) -> bool:
    """Whether `new` may follow `old`; False for states of different things."""
    return any(new in moves.get(old, ()) for moves in _ALL)
