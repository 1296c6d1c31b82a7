"""Something on every page of the admins' desk: requests, a session, a waiting list, a report."""

from dataclasses import dataclass, replace
from datetime import timedelta

from mailbot.config import Directory
from mailbot.statistics.months import Month
from mailbot.store import schools
from mailbot.store.schools import School
from mailbot.training import desk as work
from mailbot.training import letters, requests, sessions
from mailbot.training.settings import office_of
from mailbot.training.shapes import Plan
from mailbot.web.reporting import maker
from tests.browser.conftest import Site
from tests.unit.web.test_training_pages import ASKED, asks, load


@dataclass(frozen=True)
class AdminsDesk:
    """Where everything is."""

    request: str
    seated: str
    waiting: str
    session: str
    report: str


def furnish(site: Site) -> AdminsDesk:
    """A desk with all of it."""
    office, store = site.office, site.office.desk.store
    now = office.clock()
    bare = replace(ASKED, school=None, place=None)
    request = asks(office, bare)
    seated, waiting = (asks(office, address=f"{name}@inventley.example") for name in ("third", "fourth"))
    settings = office_of(office.desk.config)
    starts = now + timedelta(days=10)
    school = School("900001", "Inventley Community Junior School", "Primary", "Portsmouth", "Inventley")
    with store.unit() as unit:
        plan = Plan("School hall", "", "PC Imaginary", "all staff")
        session_id = sessions.plan(unit, starts, 60, 15, plan, "admin.one", now, settings.rules)
        session = sessions.get(unit.db, unit.vault, session_id)
        seat = requests.get(unit.db, unit.vault, seated)
        letter = letters.draft(settings.writer, "confirmation", seat, session, now, settings.rules)
        letters.send(unit, settings.writer, seat, session, letter, "admin.one", now, settings.rules)
        work.wait(unit, requests.get(unit.db, unit.vault, waiting), session, "admin.one", now)
        schools.save(unit, [school], now)
    found = load(office, seated)
    with store.unit() as unit:
        requests.add_note(unit, found, "admin.one", "They telephoned", now)
    month = Month(now.year, now.month)
    report = maker(office.desk.config, store, Directory()).make(month, month, "monthly", "stats.one", now)
    return AdminsDesk(request, seated, waiting, session_id, report)
