"""
Invitations and feeds (RFC 5545, RFC 5546): what other people's calendars read.

GUARANTEES
    The title is "Training session" and nothing else, because a calendar is seen by many. An invitation's id
    holds the request's token, so that a calendar's reply finds its request. Times are in UTC: each calendar
    shows them on the clocks of whoever looks, and no description of a time zone can be wrong.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from icalendar import Calendar, Event, vCalAddress

from mailbot.domain.states import SessionState
from mailbot.training.shapes import Session

TITLE = "Training session"
PRODUCT = "-//mailbot//training desk//EN"


def invitation(
    session: Session, token: str, organiser: str, attendee: str, now: datetime, *, cancelled: bool = False
) -> bytes:
    """What goes along with a confirmation, a change (a later sequence) or a cancellation."""
    calendar = _calendar("CANCEL" if cancelled else "REQUEST")
    event = _event(session, f"{token}@{organiser.rpartition('@')[2]}", now)
    event.add("organizer", vCalAddress(f"mailto:{organiser}"))
    address = vCalAddress(f"mailto:{attendee}")
    address.params["RSVP"] = "TRUE"
    address.params["PARTSTAT"] = "NEEDS-ACTION"
    address.params["ROLE"] = "REQ-PARTICIPANT"
    event.add("attendee", address)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def feed(sessions: Sequence[Session], domain: str, now: datetime) -> bytes:
    """The sessions as a calendar to subscribe to: when, where and whether, and nobody's name."""
    calendar = _calendar("PUBLISH")
    calendar.add("x-wr-calname", "Training sessions")
    for session in sessions:
        event = _event(session, f"{session.session_id}@{domain}", now)
        event.add("status", "CANCELLED" if session.state is SessionState.CANCELLED else "CONFIRMED")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    return calendar


def _event(session: Session, uid: str, now: datetime) -> Event:
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", session.starts_at.astimezone(UTC))
    event.add("dtend", session.ends_at.astimezone(UTC))
    event.add("summary", TITLE)
    event.add("location", session.plan.place or "Online")
    event.add("sequence", session.sequence)
    event.add("class", "PRIVATE")
    return event
