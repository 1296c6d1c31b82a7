"""A layout and a story become a filled-in form and what is true of it."""

from random import Random

from tests.layouts.form import Ask, Block, Field, Grid, Head, Layout, Note, Section
from tests.layouts.people import Case

PLACE = {
    "date": "submission_date", "name": "submitter.name", "role": "submitter.role", "org": "submitter.organisation",
    "phone": "submitter.phone", "email": "submitter.email", "addr": "submitter.organisation_address",
    "ref": "submitter.own_reference", "may": "submitter.may_contact", "safe": "submitter.contact_safe",
    "basis": "provenance.basis", "origin": "provenance.origin", "rel": "provenance.origin_relation",
    "learned": "provenance.learned_at", "event": "provenance.event_at", "known": "provenance.who_else_knows",
    "corr": "provenance.corroboration", "aware": "provenance.origin_aware",
    "view": "provenance.submitter_view_reliability", "risk": "source_risk.level", "riskd": "source_risk.detail",
    "other": "information_type_other", "narr": "narrative", "more": "additional_comments", "urgent": "urgent",
    "crime": "crime_indicated", "crimeno": "crime_number", "mash": "safeguarding.mash_made",
    "mashref": "safeguarding.mash_ref", "area": "safeguarding.mash_area", "handling": "handling_request",
}  # fmt: skip
THING = {"l": "locations", "v": "vehicles", "t": "phones", "o": "online"}
TYPED = {
    "yes": ["Yes", "yes"], "no": ["No", "no"], "unknown": ["Not known", "Don't know"],
    "first_hand": ["I saw it myself"], "told_by_person": ["Told by one person"],
    "told_by_several": ["Told by several people"], "overheard": ["Overheard"],
    "document_or_social_media": ["Social media"], "professional_assessment": ["Professional assessment"],
    "reliable": ["Reliable"], "untested": ["Untested"], "doubtful": ["Doubtful"],
    "suspected_false": ["Suspected to be false"], "none_known": ["None known"], "possible": ["Possible"],
    "serious": ["Serious"], "suspect": ["Suspect", "suspect"], "victim": ["Victim"], "at_risk": ["At risk"],
    "witness": ["Witness"], "associate": ["Associate"], "male": ["Male", "M", "male"],
    "female": ["Female", "F", "female"], "missing_exploited_trafficked": ["Missing, exploited, trafficked"],
    "child_sexual_exploitation": ["Child sexual exploitation", "CSE"],
    "criminal_exploitation": ["Criminal exploitation"], "drug_related_harm": ["Drug related harm"],
    "modern_day_slavery": ["Modern day slavery"], "community_cohesion": ["Community cohesion"],
    "anti_social_behaviour": ["Anti-social behaviour", "ASB"], "organised_crime": ["Organised crime"],
}  # fmt: skip
CHOICE = {"may", "safe", "basis", "aware", "view", "risk", "urgent", "crime", "mash", "area"}
PERSON_CHOICE = {"sex", "role", "looked_after"}
NOTHING = ["N/A", "n/a", "-", "Not applicable"]
Truth = dict[str, object]


def put(record: Truth, path: str, value: object) -> None:
    """A value at its place."""
    head, _, last = path.partition(".")
    if not last:
        record[head] = value
    else:
        inner = record.setdefault(head, {})
        assert isinstance(inner, dict)
        inner[last] = value


class Filler:
    """Fills in one form; what it wrote is in `record`."""

    def __init__(self, layout: Layout, case: Case, rng: Random) -> None:
        self.layout, self.case, self.rng = layout, case, rng
        self.record: Truth = {"subjects": []}
        self.single: dict[str, dict[str, object]] = {}
        self.before = 0  # persons that earlier sections told of

    def blocks(self) -> list[Block]:
        """The form from its title to its last box."""
        out: list[Block] = [Head(self.layout.title, 0), *map(Note, self.layout.notes)]
        for section in self.layout.sections:
            out += self.section(section)
        return out

    def section(self, section: Section) -> list[Block]:
        """One part of it."""
        how = section.how.get("persons")
        if how == "block":
            return self.people_in_blocks(section)
        heading: list[Block] = [Head(section.heading)] if section.heading else []
        if how in ("rows", "cols"):
            return heading + [self.people_in_grid(section, how == "cols")]
        if section.how.get("things") in THING:
            return heading + [self.things(section)]
        loose: dict[str, object] = {}
        for item in section.items:
            heading.append(Note(item) if isinstance(item, str) else self.answer(item, loose))
        if loose:
            self.subjects.append(loose)
        return heading

    @property
    def subjects(self) -> list[object]:
        """The persons written so far."""
        found = self.record["subjects"]
        assert isinstance(found, list)
        return found

    def people_in_blocks(self, section: Section) -> list[Block]:
        """The same questions once for each person, also where nobody is left to write about."""
        out: list[Block] = []
        count = int(section.how.get("n", 2))
        for number in range(count):
            heading = section.how["head"].format(n=number + 1, N=count)
            out.append(Head(heading, 1 if count == 1 else 2))
            out[:0] = [Head(section.heading)] if not number and section.heading != heading else []
            out += self.person(section, self.before + number, section.how.get("role"))
        self.before += count
        return out

    def person(self, section: Section, number: int, role: str | None) -> list[Field]:
        """One person's answers, blank where the story has no such person."""
        facts = self.case.persons[number] if number < len(self.case.persons) else None
        wrote: dict[str, object] = {}
        asks = [item for item in section.items if isinstance(item, Ask)]
        fields = [self.answer(item, wrote, facts) for item in asks]
        if wrote:
            self.subjects.append(wrote | ({"role": role} if role else {}))
        return fields

    def people_in_grid(self, section: Section, columns: bool) -> Grid:
        """A row for each person, or a column."""
        asks = [item for item in section.items if isinstance(item, Ask)]
        people = [self.person(section, number, None) for number in range(int(section.how["n"]))]
        if columns:
            heads = ["", *(section.how["head"].format(n=n + 1) for n in range(len(people)))]
            return Grid(
                heads,
                [[Field("", text=a.label), *cells] for a, *cells in zip(asks, *people, strict=True)],
                True,
            )
        return Grid([a.label for a in asks], people)

    def things(self, section: Section) -> Grid:
        """A row for each vehicle or the like."""
        kind = section.how["things"]
        asks = [item for item in section.items if isinstance(item, Ask)]
        known = self.case.things[kind]
        rows: list[list[Field]] = []
        for number in range(int(section.how["n"])):
            wrote: dict[str, object] = {}
            facts = known[number] if number < len(known) else {}
            rows.append([self.write(a, facts.get(a.keys[0][2:]), a.keys[0], wrote) for a in asks])
            if wrote:
                self.list_of(kind).append(wrote)
        return Grid([a.label for a in asks], rows)

    def list_of(self, kind: str) -> list[object]:
        """The vehicles or the like written so far."""
        found = self.record.setdefault(THING[kind], [])
        assert isinstance(found, list)
        return found

    def answer(self, item: Ask, wrote: dict[str, object], person: dict[str, str] | None = None) -> Field:
        """One question answered: by a fact of the case, of a person or of a thing."""
        key = item.keys[0]
        if key.startswith("p."):
            if person is None and not wrote.get("_"):
                person = (
                    self.case.persons[0]
                    if self.layout.how.get("style") == "table" and self.case.persons
                    else person
                )
            return self.about_person(item, person, wrote)
        if key[1:2] == ".":
            return self.one_thing(item, key)
        if key == "types":
            return self.types(item)
        if len(item.keys) == 2:
            for part in item.keys:
                put(self.record, PLACE[part], self.case.facts[part])
            return Field(item.label, item.hint, " / ".join(self.case.facts[part] for part in item.keys))
        if not self.told(key):
            return self.write(item, None, key, {})
        holder: dict[str, object] = {}
        found = self.write(item, self.case.facts[key], key, holder)
        for value in holder.values():
            put(self.record, PLACE[key], self.case.facts["date_iso"] if key == "date" else value)
        return found

    def told(self, key: str) -> bool:
        """Whether the sender answers it at all, and whether it makes sense to."""
        facts = self.case.facts
        if key == "riskd":
            return facts["risk"] != "none_known"
        if key in ("other",):
            return "other" in self.case.types
        if key in ("mashref", "area"):
            return facts["mash"] == "yes"
        return key in ("name", "narr", "basis") or self.rng.random() < 0.87

    def about_person(self, item: Ask, facts: dict[str, str] | None, wrote: dict[str, object]) -> Field:
        """One question about a person."""
        keys = [k[2:] for k in item.keys]
        key = next((k for k in keys if facts and k in facts), keys[0])
        sure = key in ("full_name", "given_names", "family_name", "role")
        value = facts.get(key) if facts and (sure or self.rng.random() < 0.85) else None
        holder: dict[str, object] = {}
        found = self.write(item, value, f"p.{key}", holder)
        for got in holder.values():
            wrote[key] = (
                facts["dob_iso"] if key == "dob" and facts else [got] if key in ("aliases", "online") else got
            )
        return found

    def one_thing(self, item: Ask, key: str) -> Field:
        """One question about the only place, car, telephone or account that the form has room for."""
        kind, _, part = key.partition(".")
        facts = self.case.things[kind][0]
        if kind not in self.single and self.rng.random() < 0.75:
            self.single[kind] = {}
            self.list_of(kind).append(self.single[kind])
        return self.write(
            item, facts.get(part) if kind in self.single else None, key, self.single.get(kind, {})
        )

    def types(self, item: Ask) -> Field:
        """What the information is about: several answers to one question."""
        typed = self.layout.how.get("ticks") == "only" and not item.options
        printed = {value for _, value in item.options}
        self.case.types = [t for t in self.case.types if (t in printed) or (typed and t != "other")]
        self.record["information_types"] = list(self.case.types)
        if typed:
            return Field(
                item.label, item.hint, ", ".join(self.rng.choice(TYPED[t]) for t in self.case.types) or None
            )
        return Field(
            item.label, item.hint, None, [(name, value in self.case.types) for name, value in item.options]
        )

    def write(self, item: Ask, value: str | None, key: str, wrote: dict[str, object]) -> Field:
        """The answer as it is written, and noted as true unless it says nothing."""
        last = key.rpartition(".")[2]
        if item.options:
            on = [value is not None and meaning == value for _, meaning in item.options]
            if any(on):
                wrote[last] = value
            return Field(
                item.label, item.hint, None, [(n, o) for (n, _), o in zip(item.options, on, strict=True)]
            )
        made = Field(item.label, item.hint, long=key in ("narr", "more"), day=key == "date" or last == "dob")
        if value is None:
            optional = key not in ("date", "name", "narr", "urgent") and not key.startswith("p.")
            made.text = self.rng.choice(NOTHING) if optional and self.rng.random() < 0.15 else None
            return made
        choice = key in CHOICE or (key.startswith("p.") and last in PERSON_CHOICE)
        made.text = self.rng.choice(TYPED[value]) if choice else value
        wrote[last] = value.upper().replace(" ", "") if last == "vrm" else value
        return made
