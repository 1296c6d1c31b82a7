"""
A hundred records of the sample corpus, each with an invented source: nothing of it shows before it is opened.

What a source wrote into a field of the content is there for the handler to take out, and whoever is also
written about stands as a subject: these values are known from the reading, and are not looked for. How few
they are is held too.
"""

import html
import json
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from mailbot.domain.roles import Role
from mailbot.review import claims, decide, view, vocabulary
from mailbot.review.deliver import DispatchTask
from mailbot.review.grade import Log
from mailbot.review.routes.folder import FolderRoute
from mailbot.store import schema
from mailbot.store.desk import dispatch
from mailbot.store.keys import Keyring
from mailbot.store.open import open_store
from mailbot.watch.channels.base import Notice
from mailbot.watch.rules import Limits
from mailbot.watch.watcher import Pulse, Watcher
from tests.house.silence import CORPUS, canary, heard
from tests.unit.review.corpus import of_content, of_source, readings
from tests.unit.review.deciding import DESKS, GRADE, GRADING, a_decision
from tests.unit.review.items import add_item
from tests.unit.review.people import Source, shown_in
from tests.unit.review.test_documents import text_of
from tests.unit.web.conftest import NOON, Browser, Office, office_over

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="no sample messages beside the checkout")
COUNT = 100
WORDS = vocabulary.load()


@dataclass(frozen=True)
class Case:
    """An item, and which values of its source nobody may see."""

    item: str
    source: Source
    secret: frozenset[str]

    def seen_in(self, text: str) -> set[str]:
        """Those that a text tells."""
        return set(shown_in(self.source, html.unescape(text))) & self.secret


@dataclass
class Told:
    """A way to an operator: writes down what would be mailed or posted."""

    name: str = "told"
    said: list[str] = field(default_factory=list)

    def tell(self, notices: Sequence[Notice], now: object) -> None:
        """As a person and as a program read it."""
        self.said += [one.line() + json.dumps(one.plain()) for one in notices]


@pytest.fixture(scope="module")
def desk(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> Iterator[tuple[Office, list[Case]]]:
    """All of them in one queue."""
    folder = tmp_path_factory.mktemp("disclosure")
    shutil.copy(sqlite_template, folder / "mailbot.db")
    store = open_store(f"sqlite:///{folder / 'mailbot.db'}", Keyring.create(folder / "keys"))
    cases = []
    for source, reading in readings(COUNT):
        canary(*source.values())
        secret = frozenset(of_source(reading, source)) - set(of_content(reading, source))
        cases.append(Case(add_item(store, reading, NOON), source, secret))
    yield office_over(store, folder), cases
    store.close()


def everything(answer_path: str, browser: Browser) -> str:
    """A page as it comes: address, headers, title, text."""
    answer = browser.get(answer_path)
    assert 200 == answer.status_code, answer_path
    heard("title", re.findall(r"<title>.*?</title>", answer.text)[0])
    return f"{answer_path}\n{answer.headers}\n{answer.text}"


def test_there_is_something_to_hide(desk: tuple[Office, list[Case]]) -> None:
    """Of a hundred sources, and of each more than its school: or the other tests could not fail."""
    _, cases = desk

    assert COUNT == len(cases)
    assert 700 < sum(len(case.secret) for case in cases)
    assert 3 <= min(len(case.secret) for case in cases)


def test_no_page_of_an_item_tells_its_source(desk: tuple[Office, list[Case]]) -> None:
    """Taken and looked at, corrected, decided about, asked to be opened; and the answer to a wrong form."""
    office, cases = desk
    ada = office.signed_in("ada", Role.HANDLER)
    for case in cases:
        path = f"/items/{case.item}"
        taken = ada.post(f"{path}/claim", page="/board")
        pages = [
            everything(one, ada) for one in (path, f"{path}/decide", f"{path}/correct", f"{path}/source")
        ]
        refused = ada.post(f"{path}/decide", {"act": "decide"}, "/board").text

        assert set() == case.seen_in("\n".join([str(taken.headers), taken.text, *pages, refused])), case.item


def test_no_list_board_or_trail_tells_one(desk: tuple[Office, list[Case]]) -> None:
    """The queue with all its pages, the supervisors' lists, the wall-board, the auditors' pages."""
    office, cases = desk
    who = {role: office.signed_in(f"{role.value}.one", role) for role in Role}
    with office.desk.store.unit() as unit:
        for case in cases[::2]:
            claims.reassign(unit, case.item, "boss", "supervisor.one", office.clock(), timedelta(hours=9))
    places = {
        Role.SUPERVISOR: [f"/queue{some}?number={at}" for some in ("", "/taken") for at in (1, 2, 3, 4)]
        + ["/queue/mine", "/queue/decided", "/attention", "/openings", "/held", "/sampling"],
        Role.ADMINISTRATOR: ["/board?still=1", "/accounts"],
        Role.AUDITOR: ["/audit", *(f"/audit/items/{case.item}" for case in cases[::10])],
        Role.TRAINING_ADMIN: ["/training", "/training/sessions"],
    }
    shown = "\n".join(everything(path, who[role]) for role, paths in places.items() for path in paths)

    assert all(case.item[:8] in shown for case in cases)
    assert [] == [case.item for case in cases if case.seen_in(shown)]


def test_no_alert_tells_one(desk: tuple[Office, list[Case]]) -> None:
    """Urgent items among the hundred: a count and words of ours."""
    office, cases = desk
    later, told = NOON + timedelta(hours=5), Told()
    watcher = Watcher(
        office.desk.store, Limits(mailboxes=()), [told], timedelta(hours=12), lambda: 2**40,
        lambda: None, lambda: later, Pulse(later),
    )  # fmt: skip
    watcher.look()
    said = "\n".join(told.said)

    assert "attention_urgent" in said
    assert [] == [case.item for case in cases if case.seen_in(said)]


def test_no_log_of_a_desk_tells_one(desk: tuple[Office, list[Case]], tmp_path: Path) -> None:
    """What a handler leaves after taking out what is marked: every byte that the desk gets."""
    office, cases = desk
    store, task = office.desk.store, DispatchTask({"folder": FolderRoute(tmp_path)})
    references = {case.item: _log(office, case) for case in cases}
    with store.look() as db:
        waiting = list(db.scalars(select(schema.job.c.subject).where(schema.job.c.task == "dispatch")))
    for subject in waiting:
        with store.unit() as unit:
            job = task.begin(unit, subject, NOON)
        assert job is not None
        done = task.work(job)
        with store.unit() as unit:
            task.finish(unit, subject, done, NOON)
    for case in cases:
        files = list(tmp_path.rglob(f"*{references[case.item]}*"))
        said = "\n".join(
            path.name + (text_of(path.read_bytes()) if path.suffix == ".docx" else path.read_text())
            for path in files
        )
        assert 2 == len(files)
        assert set() == case.seen_in(said), case.item


def _log(office: Office, case: Case) -> str:
    """Decide with what stands unmarked in the narrative, and its persons; the reference of the log."""
    store = office.desk.store
    with store.unit() as unit:
        seen = view.load(unit.db, unit.vault, WORDS, case.item, is_open=False)
        record = seen.records[0]
        told = [one.segments for one in record.content if one.name == "narrative"]
        text = "".join(piece.text for segments in told for piece in segments if not piece.kind)
        log = Log(text or "Nothing is left of it.", GRADE, record.persons)
        claims.reassign(unit, case.item, "boss", "ada", NOON)
        version = claims.claim(unit, case.item, "ada", NOON)
        decide.decide(unit, case.item, "ada", version, a_decision(logs=(log,)), GRADING, DESKS, NOON)
        mine = (dispatch.c.item_id == case.item, dispatch.c.kind == "intelligence_log")
        return str(unit.db.scalar(select(dispatch.c.reference).where(*mine)))
