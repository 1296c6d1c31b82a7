"""
A reading in its two parts: what tells who the source is, and what handlers work on.

The source part is the envelope, who filled the form in, who told them, what else points at them, the names
of files, and a request for training (its contact may be the very person who passes something on).
All the rest is content, the text of bodies and what went into no field included.

GUARANTEES
    `join(*split(reading))` is the reading. The content part alone is a whole `Reading` whose source fields
    are empty.
BUGS
    People write who they are into free text. That is content here; the handler takes it out.
"""

from dataclasses import dataclass, replace

from mailbot.domain.mail import Envelope, Reading
from mailbot.domain.record import Finding, Provenance, Record, Submitter, Training

_SOURCE_PATHS = {
    "submitter",
    "provenance.origin",
    "provenance.origin_relation",
    "provenance.who_else_knows",
    "handling_request",
}


@dataclass(frozen=True, slots=True)
class RecordSource:
    """What a record says of its source; findings with their place in the record's list."""

    submitter: Submitter
    origin: str | None
    origin_relation: str | None
    who_else_knows: str | None
    handling_request: str | None
    findings: tuple[tuple[int, Finding], ...]


@dataclass(frozen=True, slots=True)
class Source:
    """The source part of a reading; records and names in the reading's order."""

    envelope: Envelope
    records: tuple[RecordSource, ...]
    names: tuple[str, ...]
    training: Training | None


def split(reading: Reading) -> tuple[Reading, Source]:
    """The content part and the source part."""
    records = [_split(record) for record in reading.records]
    source = Source(
        envelope=reading.envelope,
        records=tuple(of_source for _, of_source in records),
        names=tuple(part.name for part in reading.parts),
        training=reading.training,
    )
    content = replace(
        reading,
        envelope=Envelope(),
        records=tuple(without for without, _ in records),
        parts=tuple(replace(part, name="") for part in reading.parts),
        training=None,
    )
    return content, source


def join(content: Reading, source: Source) -> Reading:
    """The reading again."""
    records = zip(content.records, source.records, strict=True)
    parts = zip(content.parts, source.names, strict=True)
    return replace(
        content,
        envelope=source.envelope,
        records=tuple(_with_source(record, part) for record, part in records),
        parts=tuple(replace(part, name=name) for part, name in parts),
        training=source.training,
    )


def _is_source(finding: Finding) -> bool:
    return finding.path in _SOURCE_PATHS or finding.path.startswith("submitter.")


def _split(record: Record) -> tuple[Record, RecordSource]:
    of_source = tuple((at, one) for at, one in enumerate(record.findings) if _is_source(one))
    taken = {at for at, _ in of_source}
    left = tuple(one for at, one in enumerate(record.findings) if at not in taken)
    return _without_source(record, left), _source_of(record, of_source)


def _source_of(record: Record, findings: tuple[tuple[int, Finding], ...]) -> RecordSource:
    return RecordSource(
        submitter=record.submitter,
        origin=record.provenance.origin,
        origin_relation=record.provenance.origin_relation,
        who_else_knows=record.provenance.who_else_knows,
        handling_request=record.handling_request,
        findings=findings,
    )


def _without_source(record: Record, findings: tuple[Finding, ...]) -> Record:
    return replace(
        record,
        submitter=Submitter(),
        provenance=_provenance(record.provenance, None, None, None),
        handling_request=None,
        findings=findings,
    )


def _with_source(record: Record, source: RecordSource) -> Record:
    findings = list(record.findings)
    for at, finding in source.findings:  # in rising order, so each lands where it stood
        findings.insert(at, finding)
    return replace(
        record,
        submitter=source.submitter,
        provenance=_provenance(
            record.provenance, source.origin, source.origin_relation, source.who_else_knows
        ),
        handling_request=source.handling_request,
        findings=tuple(findings),
    )


def _provenance(
    provenance: Provenance, origin: str | None, relation: str | None, who_else_knows: str | None
) -> Provenance:
    return replace(provenance, origin=origin, origin_relation=relation, who_else_knows=who_else_knows)
