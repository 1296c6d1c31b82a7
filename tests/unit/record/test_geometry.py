"""Where answers stand: beside, below and under their labels, in tables of every make."""

from mailbot.domain.document import Entry
from tests.unit.record.build import TITLE, bold, cell, p, reading, record, table

ABOUT = p("Section 1: About you", heading=2)
PEOPLE = p("Section 4: People", heading=2)


def test_label_left_of_its_answer() -> None:
    """A label answers from the cell on its right; an empty cell answers nothing."""
    found = record(
        ABOUT, table(["Your name", "Ada Mock"], ["Job title", ""], ["School / College", "Mock School"])
    )

    assert ("Ada Mock", None, "Mock School") == (
        found.submitter.name,
        found.submitter.role,
        found.submitter.organisation,
    )


def test_two_pairs_in_a_row() -> None:
    """Label, answer, label, answer; an answer that is some label's word stays an answer."""
    found = record(
        ABOUT,
        table(
            ["Role", "Safeguarding lead", "Agency", "Mock School"], ["Name", "A Mock", "Email", "a@m.example"]
        ),
    )

    assert "Safeguarding lead" == found.submitter.role
    assert ("Mock School", "a@m.example") == (found.submitter.organisation, found.submitter.email)


def test_label_above_its_answer() -> None:
    """A row of labels over a row of answers, and a label over the whole width."""
    found = record(
        ABOUT,
        table(
            ["Your name", "Job title", "Telephone"],
            ["Ada Mock", "Head", "01632 960001"],
            [cell(bold("Address"), columns=3, shaded=True)],
            [cell("1 Mock Way\nMockbury", columns=3)],
        ),
    )

    assert ("Ada Mock", "Head", "01632 960001") == (
        found.submitter.name,
        found.submitter.role,
        found.submitter.phone,
    )
    assert "1 Mock Way\nMockbury" == found.submitter.organisation_address


def test_label_and_answer_in_one_cell() -> None:
    """ "Name: X" in a cell, two such cells in a row."""
    found = record(
        ABOUT,
        table(
            ["Your name: Ada Mock", "Agency: Mock School"],
            [cell("Job title\nHead of Year"), "Tel: 01632 960001"],
        ),
    )

    assert ("Ada Mock", "Mock School", "01632 960001") == (
        found.submitter.name,
        found.submitter.organisation,
        found.submitter.phone,
    )
    assert "Head of Year" == found.submitter.role


def test_guidance_is_no_answer() -> None:
    """Brackets and italics beside a label guide; the answer is what follows."""
    found = record(ABOUT, p(bold("Date completed"), " (dd/mm/yyyy): ", "3rd March 2025"))

    assert "2025-03-03" == found.submission_date


def test_leaders_dashes_and_tabs_end_a_label() -> None:
    """Dotted leaders, underscores, a dash and a tab part a label from its answer."""
    found = record(
        ABOUT,
        p("Your name ........ Ada Mock"),
        p("Job title – Head"),
        p("Agency\tMock School"),
        p("Telephone ____ 01632 960001"),
    )

    assert ("Ada Mock", "Head", "Mock School", "01632 960001") == (
        found.submitter.name,
        found.submitter.role,
        found.submitter.organisation,
        found.submitter.phone,
    )


def test_one_column_for_each_person() -> None:
    """Persons across the columns make one subject each; a column without answers makes none."""
    found = record(
        PEOPLE,
        table(
            ["", "Person 1", "Person 2", "Person 3"],
            ["Family name", "Mock", "Faux", ""],
            ["Date of birth", "01/02/2010", "", ""],
            ["Role", "Suspect", "Witness", ""],
        ),
    )

    assert [("Mock", "2010-02-01", "suspect"), ("Faux", None, "witness")] == [
        (one.family_name, one.dob, one.role) for one in found.subjects
    ]


def test_one_row_for_each_person() -> None:
    """A header row of a person's labels over a row for each."""
    found = record(
        PEOPLE,
        table(
            ["Surname", "Forename", "Date of birth"],
            ["Mock", "Ada", "01/02/2010"],
            ["Faux", "Bo", ""],
            ["", "", ""],
        ),
    )

    assert [("Mock", "Ada"), ("Faux", "Bo")] == [(one.family_name, one.given_names) for one in found.subjects]


def test_blocks_of_people() -> None:
    """Blocks with headings, one of them empty, and a role that only the heading says."""
    found = record(
        p("Person 1", heading=3),
        table(["Family name", "Mock"], ["Address", "1 Mock Way"]),
        p("Suspect details", heading=3),
        table(["Family name", "Faux"], ["Address", ""]),
        p("Person 3", heading=3),
        table(["Family name", ""], ["Address", ""]),
    )

    assert [("Mock", None), ("Faux", "suspect")] == [(one.family_name, one.role) for one in found.subjects]


def test_a_number_merged_down_the_first_column() -> None:
    """A heading merged over the rows of a block opens the block."""
    found = record(
        PEOPLE,
        table([cell("Subject 1", rows=2), "Family name", "Mock"], ["First name", "Ada"]),
        table([cell("Subject 2", rows=2), "Family name", "Faux"], ["First name", ""]),
    )

    assert [("Mock", "Ada"), ("Faux", None)] == [(one.family_name, one.given_names) for one in found.subjects]


def test_small_tables_of_things() -> None:
    """Header rows over vehicles and accounts; rows without anything are no things."""
    found = record(
        p("Section 5: Places, vehicles, phones and online", heading=2),
        p("Vehicles:"),
        table(
            ["VRM", "Make / Model / Colour", "Used by"],
            ["hj19 abq", "white van", ""],
            ["HJ19 ???", "", "Ada"],
            ["", "", ""],
        ),
        p("Online accounts used:"),
        table(["Platform", "Username", "Notes"], ["Snapchat", "@mock", ""]),
    )

    assert [("HJ19ABQ", "white van", None), ("HJ19???", None, "Ada")] == [
        (one.vrm, one.description, one.link) for one in found.vehicles
    ]
    assert [("Snapchat", "@mock")] == [(one.platform, one.handle) for one in found.online]


def test_numbered_lines_of_things() -> None:
    """ "Vehicle 2 registration:" names its vehicle."""
    found = record(
        p("OTHER DETAILS"),
        p("Vehicle 1 registration: HJ19 ABQ"),
        p("Vehicle 1 driver / keeper: Ada"),
        p("Vehicle 2 registration:"),
        p("Vehicle 2 make / model / colour: red moped"),
        p("Location 1: Mock Park"),
        p("Location 1 relevance: met there"),
    )

    assert [("HJ19ABQ", None, "Ada"), (None, "red moped", None)] == [
        (one.vrm, one.description, one.link) for one in found.vehicles
    ]
    assert [("Mock Park", "met there")] == [(one.text, one.relevance) for one in found.locations]


def test_the_same_label_means_what_its_section_says() -> None:
    """Name, address and telephone of the writer, and of the person written about."""
    found = record(
        ABOUT,
        table(["Name", "Ada Mock"], ["Address", "School Way"], ["Telephone", "01632 960001"]),
        p("Part 2: Child / Young Person's Details", heading=2),
        table(["Name", "Bo Faux"], ["Address", "Home Way"], ["Telephone", "07700 900001"]),
    )

    assert ("Ada Mock", "School Way", "01632 960001") == (
        found.submitter.name,
        found.submitter.organisation_address,
        found.submitter.phone,
    )
    assert [("Bo Faux", "Home Way", "07700 900001")] == [
        (one.full_name, one.address, one.phone) for one in found.subjects
    ]


def test_an_unknown_heading_is_judged_by_its_labels() -> None:
    """Below a heading that nobody knows, the labels say which section it is."""
    found = record(
        p("The youngster we are on about", heading=2),
        table(["Name", "Bo Faux"], ["Date of birth", "1/2/2010"]),
    )

    assert [("Bo Faux", "2010-02-01")] == [(one.full_name, one.dob) for one in found.subjects]


def test_an_unlisted_label_is_guessed_by_its_words() -> None:
    """A wording that no list has still finds its field, with less confidence."""
    found = record(
        ABOUT, table(["Your name", "A"], ["Would it be safe for an officer to ring you at work?", "No"])
    )

    assert "no" == found.submitter.contact_safe
    assert [True] == [one.confidence < 0.8 for one in found.findings if one.path == "submitter.contact_safe"]


def test_a_heading_alone_asks_for_the_narrative() -> None:
    """A part that prints no label of its own is answered by the text below it."""
    found = record(
        ABOUT,
        p("Your name: A"),
        p("PART 3 DETAILS OF CASE/ INCIDENT/ INTELLIGENCE", heading=2),
        p("One."),
        p("Two."),
    )

    assert "One.\nTwo." == found.narrative


def test_what_was_typed_into_a_control_is_never_a_label() -> None:
    """A narrative in a control may begin with any word of the form."""
    found = record(
        p("The information", heading=2),
        p(bold("Details of information:"), " ", Entry("Name: he said Bo.\nDate of birth: a false one.")),
        p(bold("Is this urgent?"), " ", Entry("No", "choice", options=("Yes", "No"))),
    )

    assert "Name: he said Bo.\nDate of birth: a false one." == found.narrative
    assert "no" == found.urgent


def test_a_narrative_keeps_lines_that_begin_like_labels() -> None:
    """In bold print and in tables, words of the form inside the narrative stay in it."""
    said = "He ran.\nVehicle: not seen.\nAddress: somewhere near.\nIs it urgent? I do not think so, but soon."
    found = record(
        p("The information", heading=2),
        table(
            [cell(bold("Details of information"), shaded=True)],
            [cell(said)],
            [cell(bold("Is this urgent?"))],
            ["Yes"],
        ),
    )

    assert (said, "yes") == (found.narrative, found.urgent)


def test_what_no_field_takes_is_kept() -> None:
    """Answers to unknown questions and text beside the form are in unmapped."""
    found = reading(
        p(TITLE, heading=1),
        ABOUT,
        table(["Your name", "A"], ["Agency", "B"], ["Shoe size", "44"], ["Health Worker", "Nurse Faux"]),
        p("By hand: call me."),
    )

    heap = " ".join(found.unmapped)
    assert "44" in heap
    assert "Nurse Faux" in heap
    assert "call me" in heap


def test_two_answers_to_one_question() -> None:
    """The first stays, the second is named as a conflict and kept."""
    found = reading(
        p(TITLE, heading=1),
        ABOUT,
        table(["Your name", "Ada"], ["Email", "a@m.example"], ["Email", "b@m.example"]),
    )

    finding = next(one for one in found.records[0].findings if one.path == "submitter.email")
    assert ("a@m.example", "b@m.example") == (found.records[0].submitter.email, finding.conflict)
    assert "b@m.example" in " ".join(found.unmapped)
