"""
Who may do what: roles are sets of permissions, and a permission is what a page of the console asks for.

GUARANTEES
    What is not in `GRANTS` is denied. Whoever manages accounts sees no content: `conflicts` refuses to give
    one account both.
"""

from collections.abc import Collection, Mapping
from enum import Enum
from types import MappingProxyType


class Permission(Enum):
    """`thing:act`; in the alphabet's order."""

    ACCOUNTS_MANAGE = "accounts:manage"
    ACKNOWLEDGEMENT_RELEASE = "acknowledgement:release"  # those that are held, uncertain or refused
    AUDIT_EXPORT = "audit:export"
    AUDIT_SEE = "audit:see"
    BOARD_SEE = "board:see"  # counts and ages
    ITEM_SEE = "item:see"  # the content part and the grading view
    ITEM_SUPERVISE = "item:supervise"  # reassign, break a claim, reopen, sample
    ITEM_WORK = "item:work"  # claim, correct, sanitise, grade, decide
    ORIGINAL_DOWNLOAD = "original:download"
    QUEUE_SEE = "queue:see"  # ids, flags, times
    RECORDS_MANAGE = "records:manage"  # retention, holds, erasure
    SOURCE_APPROVE = "source:approve"  # an opening that another asks for
    SOURCE_OPEN = "source:open"
    STATISTICS_WORK = "statistics:work"
    TRAINING_WORK = "training:work"


class Role(Enum):
    """What somebody is to the console."""

    HANDLER = "handler"  # reviews what came
    SUPERVISOR = "supervisor"  # a handler who answers for the others
    TRAINING_ADMIN = "training_admin"  # answers requests for training
    STATISTICIAN = "statistician"  # makes the monthly report
    RECORDS_MANAGER = "records_manager"  # keeps and erases
    AUDITOR = "auditor"  # sees who did what, and no content
    ADMINISTRATOR = "administrator"  # manages accounts, and sees no content


_P = Permission
_HANDLER = frozenset({_P.BOARD_SEE, _P.ITEM_SEE, _P.ITEM_WORK, _P.QUEUE_SEE, _P.SOURCE_OPEN})
GRANTS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.HANDLER: _HANDLER,
        Role.SUPERVISOR: _HANDLER
        | {_P.ACKNOWLEDGEMENT_RELEASE, _P.ITEM_SUPERVISE, _P.ORIGINAL_DOWNLOAD, _P.SOURCE_APPROVE},
        Role.TRAINING_ADMIN: frozenset({_P.TRAINING_WORK}),
        Role.STATISTICIAN: frozenset({_P.STATISTICS_WORK}),
        Role.RECORDS_MANAGER: frozenset({_P.RECORDS_MANAGE}),
        Role.AUDITOR: frozenset({_P.AUDIT_EXPORT, _P.AUDIT_SEE}),
        Role.ADMINISTRATOR: frozenset({_P.ACCOUNTS_MANAGE, _P.BOARD_SEE}),
    }
)
CONTENT = frozenset(
    {
        _P.ITEM_SEE,
        _P.ITEM_WORK,
        _P.ORIGINAL_DOWNLOAD,
        _P.SOURCE_OPEN,
        _P.TRAINING_WORK,
    }
)


def permissions(roles: Collection[Role]) -> frozenset[Permission]:
    """All that these roles allow together."""
    return frozenset().union(*(GRANTS[role] for role in roles))


def conflicts(roles: Collection[Role]) -> bool:
    """Whether one account must not have them all: it would manage accounts and see content."""
    allowed = permissions(roles)
    return _P.ACCOUNTS_MANAGE in allowed and bool(allowed & CONTENT)
