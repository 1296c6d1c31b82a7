"""What desks get: whole, marked, and without a trace of the source."""

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document as open_docx
from sqlalchemy import delete, select

from mailbot.domain.states import DispatchState
from mailbot.errors import Declined, DiskFull, Refused
from mailbot.review import attention, decide, dispatch
from mailbot.review.deliver import DispatchTask
from mailbot.review.dispatch import Outgoing, Sent
from mailbot.review.document import clean, render
from mailbot.review.grade import Grade, Log
from mailbot.review.routes.base import Document, Route
from mailbot.review.routes.folder import FolderRoute
from mailbot.store import audit, schema
from mailbot.store.unit import Store
from tests.house.silence import canary
from tests.unit.review.deciding import DESKS, GRADE, GRADING, HANDOVER, LOG, ROOM, a_decision, settle
from tests.unit.review.items import NOON, a_reading, add_item
from tests.unit.review.people import invent, reading_of, shown_in

HOSTILE = (
    "=cmd|' /C calc'!A0 <script>alert(1)</script> {{marking}} \x00\x1b[31m\u202egnp.exe \u2066x\ufeff\ud800"
)


def text_of(docx: bytes) -> str:
    """Everything that an archive says, its metadata included."""
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        return "\n".join(
            f"{name}\n{archive.read(name).decode('utf-8', 'replace')}" for name in archive.namelist()
        )


def work(store: Store, route: Route, item_id: str) -> list[Sent]:
    """Do what the worker does with each waiting document once; how they stand then."""
    task = DispatchTask({"folder": route})
    with store.look() as db:
        subjects = list(db.scalars(select(schema.job.c.subject).where(schema.job.c.task == "dispatch")))
    for subject in subjects:
        with store.unit() as unit:
            job = task.begin(unit, subject, NOON)
        if job is None:
            continue
        try:
            done = task.work(job)
        except Refused as error:
            with store.unit() as unit:
                task.failed(unit, subject, type(error), NOON)
                unit.db.execute(delete(schema.job).where(schema.job.c.subject == subject))
        except DiskFull:
            pass
        else:
            with store.unit() as unit:
                task.finish(unit, subject, done, NOON)
                unit.db.execute(delete(schema.job).where(schema.job.c.subject == subject))
    with store.look() as db:
        return dispatch.of_item(db, store.vault, item_id)


def test_a_log_is_marked_at_head_and_foot() -> None:
    """With its reference, its grade, and what the handler wrote."""
    made = render(
        Outgoing("intelligence_log", "intelligence_log", "normal", "2026-1", log=LOG),
        "AAAA-BBBB-CCCC-DDDD",
        None,
        NOON.date(),
    )
    document = open_docx(io.BytesIO(made.docx))
    section = document.sections[0]
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    told = json.loads(made.json)

    assert "OFFICIAL-SENSITIVE" == section.header.paragraphs[0].text == section.footer.paragraphs[0].text
    assert {"AAAA-BBBB-CCCC-DDDD", "2CP", "OFFICIAL-SENSITIVE", "2026-03-02"} <= set(cells)
    assert LOG.text in [paragraph.text for paragraph in document.paragraphs]
    assert ("2CP", LOG.text, list(LOG.persons)) == (told["grade"], told["text"], told["persons"])


def test_its_metadata_say_nothing() -> None:
    """No author, no editor, no title, no time."""
    made = render(Outgoing("intelligence_log", "intelligence_log", log=LOG), "R", None, NOON.date())
    about = open_docx(io.BytesIO(made.docx)).core_properties

    assert {""} == {about.author, about.last_modified_by, about.title, about.subject, about.comments}
    assert about.created is not None
    assert 2000 == about.created.year
    with zipfile.ZipFile(io.BytesIO(made.docx)) as archive:
        assert {1980} == {one.date_time[0] for one in archive.infolist()}


def test_hostile_text_is_text() -> None:
    """Formulas, scripts, placeholders, control characters, marks that turn the writing."""
    log = Log(HOSTILE, replace(GRADE, instructions=HOSTILE), (HOSTILE,))
    made = render(Outgoing("intelligence_log", "intelligence_log", log=log), "R", None, NOON.date())
    said = "\n".join(paragraph.text for paragraph in open_docx(io.BytesIO(made.docx)).paragraphs)

    assert "<script>alert(1)</script>" in said
    assert "=cmd|" in said
    assert not any(mark in said + made.json.decode() for mark in "\x00\x1b\u202e\u2066\ufeff")
    assert "{{marking}}" in said  # what a stranger wrote is not filled in


@pytest.mark.parametrize(
    ("dirty", "tidy"), [("a\r\nb\rc", "a\nb\nc"), ("a\u200bb\x07", "ab"), ("é 日", "é 日")]
)
def test_cleaning_keeps_what_one_reads(dirty: str, tidy: str) -> None:
    """Line ends are one kind; letters stay."""
    assert tidy == clean(dirty)


@pytest.mark.parametrize("kind", ["replaced", "under_review", "withdrawn"])
def test_a_notice_names_its_document(kind: str) -> None:
    """And nothing else."""
    made = render(Outgoing(kind, "intelligence_log"), "NEW", "OLD", NOON.date())

    assert ("OLD", "NEW") == (json.loads(made.json)["replaces"], json.loads(made.json)["reference"])
    assert "OLD" in text_of(made.docx)


def test_conditions_and_wishes_travel_with_a_log() -> None:
    """For people in the document, for programs beside it."""
    grade = Grade("2", "", "C", "C", "A1", "S2", "Ask the originator first", "OFFICIAL-SENSITIVE")
    made = render(
        Outgoing(
            "intelligence_log", "intelligence_log", log=replace(LOG, grade=grade, wishes="Nobody at school")
        ),
        "R",
        None,
        NOON.date(),
    )
    told = json.loads(made.json)

    assert ("A1 S2", "Ask the originator first", "Nobody at school") == (
        told["conditions"], told["instructions"], told["wishes"],
    )  # fmt: skip
    for words in ("A1 S2", "Ask the originator first", "Nobody at school"):
        assert words in text_of(made.docx)


def test_a_handover_says_what_was_put_in() -> None:
    """Identities, wishes, the control room."""
    handover = replace(HANDOVER, wishes="Ring first")
    made = render(
        Outgoing("handover", "safeguarding", "high", handover=handover, control_room=ROOM),
        "R",
        None,
        NOON.date(),
    )

    for told in ("Name of submitter: Mrs P Sampleton", "Ring first", ROOM.incident):
        assert told in text_of(made.docx)


def test_a_hundred_logs_say_nothing_of_their_sources(store: Store, tmp_path: Path) -> None:
    """Every byte of the drop folder, names of files and metadata included."""
    for number in range(100):
        source = invent(number)
        canary(*source.values())
        item = add_item(store, reading_of(source, "Boys hand out vapes."))
        settle(store, item)
        (sent,) = work(store, FolderRoute(tmp_path / str(number)), item)[:1]

        assert DispatchState.DONE is sent.state
        for path in (tmp_path / str(number)).rglob("*"):
            said = text_of(path.read_bytes()) if path.suffix == ".docx" else ""
            said += path.name + (path.read_text() if path.suffix == ".json" else "")
            assert [] == shown_in(source, said), number


def test_what_was_handed_over_is_a_disclosure(store: Store, tmp_path: Path) -> None:
    """To which desk, by which route, under which reference."""
    item = add_item(store, a_reading())
    settle(store, item, a_decision())
    (sent,) = work(store, FolderRoute(tmp_path), item)
    with store.look() as db:
        told = [link.entry for link in audit.entries(db, subject=item) if link.entry.action == "disclosure"]

    assert DispatchState.DONE is sent.state
    assert 1 == len(told)
    assert sent.reference in told[0].detail
    assert "intelligence_log" in told[0].detail


class FailingRoute:
    """A desk that cannot be reached; strict about being asked twice after it was served."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.served: list[str] = []

    def deliver(self, document: Document) -> None:
        """Fail as often as told, then take it."""
        if self.errors:
            raise self.errors.pop(0)
        assert document.reference not in self.served
        self.served.append(document.reference)


def test_a_desk_that_cannot_be_reached_is_tried_again(store: Store) -> None:
    """The document stays as it is, with its attempts, until it is done; then never again."""
    item = add_item(store, a_reading())
    settle(store, item)
    route = FailingRoute(DiskFull("full"), DiskFull("full"))

    states = [(work(store, route, item)[0].state, work(store, route, item)[0].attempts) for _ in range(2)]

    assert (DispatchState.DONE, 3) == states[-1]
    assert 1 == len(route.served)


def test_a_refusal_is_for_a_person(store: Store) -> None:
    """It is shown as failed, raised, and can be sent again."""
    item = add_item(store, a_reading())
    settle(store, item)
    route = FailingRoute(Refused("no"))
    (failed,) = work(store, route, item)
    with store.look() as db:
        assert {"dispatch_failed": 1} == attention.counts(db)
    with store.unit() as unit:
        dispatch.send_again(unit, failed.dispatch_id, "sue", NOON)
    (done,) = work(store, route, item)

    assert (DispatchState.FAILED, "Refused") == (failed.state, failed.code)
    assert DispatchState.DONE is done.state


def test_what_is_recalled_before_it_left_does_not_leave(store: Store) -> None:
    """The desk was away; the log that names somebody stays here, and nobody sends it by hand."""
    item = add_item(store, a_reading())
    settle(store, item)
    route = FailingRoute(DiskFull("full"))
    (waits,) = work(store, route, item)
    with store.unit() as unit:
        decide.recall(unit, item, "sue", "It names the source", GRADING, DESKS, NOON)
    (log,) = [one for one in work(store, route, item) if one.kind == "intelligence_log"]
    with store.unit() as unit, pytest.raises(Declined) as refusal:
        dispatch.send_again(unit, log.dispatch_id, "sue", NOON)

    assert waits.reference == log.reference
    assert (DispatchState.FAILED, "withdrawn") == (log.state, log.code)
    assert log.reference not in route.served
    assert 1 == len(route.served)  # the notice
    assert "withdrawn" == refusal.value.code


def test_a_grade_without_conditions_prints_none() -> None:
    """What nobody gave is a dash."""
    log = Log("x", Grade("1", "", "A", "P", marking="OFFICIAL"))
    made = render(Outgoing("intelligence_log", "intelligence_log", log=log), "R", None, NOON.date())
    cells = [cell.text for row in open_docx(io.BytesIO(made.docx)).tables[0].rows for cell in row.cells]

    assert "–" in cells
    assert "1AP" in cells
