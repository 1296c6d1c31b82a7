"""The body of a Word document: runs, marks, fields, controls, symbols, boxes."""

import pytest

from mailbot.domain.document import Entry, Paragraph
from tests.unit.parse.readers.building import WORD, lines, word


def run(text: str, properties: str = "") -> str:
    """A run."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def field(data: str, instruction: str, result: str) -> str:
    """A legacy field in its five steps."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin">'
        f'<w:ffData><w:name w:val="F"/>{data}</w:ffData></w:fldChar></w:r>'
        f"<w:r><w:instrText> {instruction} </w:instrText></w:r>"
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{result}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def sdt(properties: str, content: str) -> str:
    """A content control."""
    inside = f"<w:sdtContent>{content}</w:sdtContent>"
    return f'<w:sdt><w:sdtPr><w:alias w:val="A"/>{properties}</w:sdtPr>{inside}</w:sdt>'


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ("<w:b/>", "[b:x]"),
        ('<w:b w:val="0"/>', "x"),
        ("<w:i/><w:u w:val='single'/>", "[iu:x]"),
        ('<w:u w:val="none"/>', "x"),
        ("<w:strike/>", "[s:x]"),
        ("<w:dstrike/>", "[s:x]"),
        ('<w:highlight w:val="yellow"/>', "[h:x]"),
        ('<w:highlight w:val="none"/>', "x"),
        ('<w:shd w:val="clear" w:fill="FFFF00"/>', "[h:x]"),
        ('<w:shd w:val="clear" w:fill="auto"/>', "x"),
        ('<w:bdr w:val="single"/>', "[c:x]"),
    ],
)
def test_marks(properties: str, expected: str) -> None:
    """Each mark that can mean an answer is kept; one that is switched off is none."""
    assert [expected] == lines(word(f"<w:p>{run('x', properties)}</w:p>"))


def test_runs_of_one_look_are_one() -> None:
    """Word cuts text into runs for its own reasons; the reader does not pass them on."""
    found = word(f"<w:p>{run('a')}{run('b')}<w:proofErr/>{run('c', '<w:b/>')}</w:p>")

    assert ["ab[b:c]"] == lines(found)


def test_styles_give_marks_and_headings() -> None:
    """A style's bold, its outline level and its name are inherited."""
    styles = (
        f'<w:styles {WORD}><w:latentStyles><w:lsdException w:name="x"/></w:latentStyles>'
        '<w:style w:type="paragraph" w:styleId="H"><w:name w:val="heading 2"/><w:pPr>'
        '<w:outlineLvl w:val="1"/></w:pPr><w:rPr><w:b/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="C"><w:name w:val="Child"/>'
        '<w:basedOn w:val="H"/></w:style><w:style w:type="character" w:styleId="S"><w:rPr><w:strike/></w:rPr>'
        '</w:style><w:style w:type="paragraph" w:styleId="R"><w:basedOn w:val="R"/></w:style></w:styles>'
    )
    body = (
        f'<w:p><w:pPr><w:pStyle w:val="C"/></w:pPr>{run("t")}</w:p>'
        "<w:p>"
        + run("o", '<w:rStyle w:val="S"/>')
        + "</w:p>"
        + f'<w:p><w:pPr><w:pStyle w:val="R"/></w:pPr>{run("ring")}</w:p>'
    )

    found = word(body, {"styles.xml": styles})

    assert ["[b:t]", "[s:o]", "ring"] == lines(found)
    first = found.blocks[0]
    assert isinstance(first, Paragraph)
    assert (2, "Child") == (first.heading, first.style)


def test_breaks_tabs_and_hyphens() -> None:
    """What is no letter but shows as one becomes one."""
    inner = "<w:t>a</w:t><w:br/><w:t>b</w:t><w:tab/><w:t>c</w:t><w:noBreakHyphen/><w:t>d</w:t><w:softHyphen/>"

    assert ["a\nb\tc-d"] == lines(word(f"<w:p><w:r>{inner}</w:r></w:p>"))


@pytest.mark.parametrize(
    ("font", "char", "expected"),
    [
        ("Wingdings", "F0FE", "☑"),
        ("Wingdings", "F0A8", "☐"),
        ("Wingdings", "F06F", "☐"),
        ("Wingdings", "00FD", "☒"),
        ("Wingdings 2", "F052", "☑"),
        ("Wingdings 2", "F0A3", "☐"),
        ("Webdings", "F061", "✓"),
        ("Segoe UI Symbol", "2612", "☒"),
        ("Wingdings", "F04A", "•"),
        ("Segoe UI Symbol", "no", ""),
    ],
)
def test_symbols(font: str, char: str, expected: str) -> None:
    """The boxes and ticks of symbol fonts are characters."""
    body = f'<w:p><w:r><w:sym w:font="{font}" w:char="{char}"/></w:r>{run("")}</w:p>'

    assert [expected] == lines(word(body))


def test_text_in_a_symbol_font() -> None:
    """A letter in Wingdings is the sign it draws."""
    box = run("o", '<w:rFonts w:ascii="Wingdings"/>')

    assert ["☐ Yes"] == lines(word(f"<w:p>{box}{run(' Yes')}</w:p>"))


@pytest.mark.parametrize(
    ("data", "instruction", "result", "expected"),
    [
        ("<w:textInput/>", "FORMTEXT", run("typed"), "<F=typed>"),
        ("<w:textInput/>", "FORMTEXT", run("\u2002" * 5), "<F=?>"),
        (
            '<w:textInput><w:default w:val="type here"/></w:textInput>',
            "FORMTEXT",
            run("type here"),
            "<F=?type here>",
        ),
        ("<w:checkBox><w:default w:val='0'/><w:checked/></w:checkBox>", "FORMCHECKBOX", "", "<xF>"),
        ("<w:checkBox><w:default w:val='1'/></w:checkBox>", "FORMCHECKBOX", "", "<xF>"),
        ("<w:checkBox><w:default w:val='1'/><w:checked w:val='0'/></w:checkBox>", "FORMCHECKBOX", "", "< F>"),
        (
            "<w:ddList><w:result w:val='1'/><w:listEntry w:val='Pick'/><w:listEntry w:val='B'/></w:ddList>",
            "FORMDROPDOWN",
            "",
            "<F=B>",
        ),
        (
            "<w:ddList><w:listEntry w:val='Pick'/><w:listEntry w:val='B'/></w:ddList>",
            "FORMDROPDOWN",
            "",
            "<F=?Pick>",
        ),
        (
            "<w:ddList><w:result w:val='99999999999'/><w:listEntry w:val='A'/></w:ddList>",
            "FORMDROPDOWN",
            "",
            "<F=A>",
        ),
    ],
)
def test_legacy_fields(data: str, instruction: str, result: str, expected: str) -> None:
    """Text, boxes and lists of Word's older forms have their states; what nobody touched is nothing."""
    assert [expected] == lines(word(f"<w:p>{field(data, instruction, result)}</w:p>"))


def test_a_text_field_over_paragraphs() -> None:
    """What was typed into one field over several paragraphs stays in each of them."""
    whole = field("<w:textInput/>", "FORMTEXT", f"{run('one')}</w:p><w:p>{run('two')}</w:p><w:p>")

    assert ["<F=one>", "<F=two>", ""] == lines(word(f"<w:p>{whole}</w:p>"))


def test_a_field_that_never_ends_loses_nothing() -> None:
    """A file cut off inside a field still gives what was typed."""
    cut = field("<w:textInput/>", "FORMTEXT", run("typed")).rpartition("<w:r>")[0]

    assert ["<F=typed>", "<F=more>"] == lines(word(f"<w:p>{cut}</w:p><w:p>{run('more')}</w:p>"))


def test_a_prompt_made_of_a_macro_button() -> None:
    """The text of a MACROBUTTON is a prompt, not an answer."""
    simple = '<w:p><w:fldSimple w:instr=" MACROBUTTON NoMacro [Click here] "/></w:p>'

    assert ["<=?[Click here]>"] == lines(word(simple))


@pytest.mark.parametrize(
    ("properties", "content", "expected"),
    [
        ("<w:text/>", run("typed"), "<A=typed>"),
        ("<w:showingPlcHdr/><w:text/>", run("Click here"), "<A=?Click here>"),
        ("<w:date/>", run("1 May 2025"), "<A=1 May 2025>"),
        ("<w14:checkbox><w14:checked w14:val='1'/></w14:checkbox>", run("☒"), "<xA>"),
        ("<w14:checkbox><w14:checked w14:val='0'/></w14:checkbox>", run("☐"), "< A>"),
        (
            (
                "<w:dropDownList><w:listItem w:displayText='Choose' w:value=''/><w:listItem w:value='B' "
                "w:displayText='B'/></w:dropDownList>"
            ),
            run("Choose"),
            "<A=?Choose>",
        ),
        (
            "<w:comboBox><w:listItem w:displayText='B' w:value='b'/></w:comboBox>",
            run("own words"),
            "<A=own words>",
        ),
        ("", run("rich"), "<A=rich>"),
        ("", run("Yes / ") + run("No", "<w:strike/>"), "Yes / [s:No]"),
        ("<w:group/>", run("Label: ") + sdt("<w:text/>", run("v")), "Label: <A=v>"),
    ],
)
def test_controls_in_a_line(properties: str, content: str, expected: str) -> None:
    """A content control gives its state; its prompt is no answer, its marks are not lost."""
    assert [expected] == lines(word(f"<w:p>{sdt(properties, content)}</w:p>"))


def test_controls_around_paragraphs() -> None:
    """A control around whole paragraphs is one entry a paragraph; one around a piece of form is no entry."""
    typed = sdt("<w:text/>", f"<w:p>{run('one')}</w:p><w:p>{run('two')}</w:p>")
    prompt = sdt("<w:showingPlcHdr/>", f"<w:p>{run('Click')}</w:p>")
    around = sdt(
        "",
        f"<w:p>{run('Label', '<w:b/>')}</w:p><w:tbl><w:tr><w:tc><w:p>{run('v')}</w:p></w:tc></w:tr></w:tbl>",
    )

    assert ["<A=one>", "<A=two>"] == lines(word(typed))
    assert ["<A=?Click>"] == lines(word(prompt))
    assert ["[b:Label]", [[["v"]]]] == lines(word(around))


def test_the_options_of_a_list_are_known() -> None:
    """The choices are kept beside the answer, the prompt among them is not one."""
    items = "<w:listItem w:displayText='Choose' w:value=''/><w:listItem w:value='B'/>"
    found = word(f"<w:p>{sdt(f'<w:dropDownList>{items}</w:dropDownList>', run('B'))}</w:p>").blocks[0]

    assert isinstance(found, Paragraph)
    assert (Entry("B", "choice", "A", ("B",)),) == found.inlines


def test_insertions_count_and_deletions_stand_aside() -> None:
    """In tracked changes the final text counts."""
    body = (
        f"<w:p><w:ins>{run('new')}</w:ins><w:del><w:r><w:delText>old</w:delText></w:r></w:del>"
        f"<w:moveFrom>{run('away')}</w:moveFrom></w:p>"
    )
    found = word(body)

    assert ["new"] == lines(found)
    assert [("deleted", "oldaway", "paragraph 1")] == [(a.kind, a.text, a.where) for a in found.asides]


def test_hidden_text_stands_aside() -> None:
    """What Word does not show is no part of the text."""
    found = word(f"<w:p>{run('seen')}{run('unseen', '<w:vanish/>')}</w:p>")

    assert ["seen"] == lines(found)
    assert [("hidden", "unseen")] == [(aside.kind, aside.text) for aside in found.asides]


BOX = "<w:txbxContent><w:p><w:r><w:t>boxed</w:t></w:r></w:p></w:txbxContent>"


@pytest.mark.parametrize(
    "drawing",
    [
        (
            f"<mc:AlternateContent><mc:Choice><w:drawing><wps:txbx>{BOX}</wps:txbx></w:drawing></mc:Choice>"
            f"<mc:Fallback><w:pict><v:textbox>{BOX}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent>"
        ),
        f"<w:pict><v:shape><v:textbox>{BOX}</v:textbox></v:shape></w:pict>",
        f"<mc:AlternateContent><mc:Fallback><w:pict>{BOX}</w:pict></mc:Fallback></mc:AlternateContent>",
    ],
)
def test_a_text_box_stands_once_behind_its_anchor(drawing: str) -> None:
    """A text box is in the file twice, on the page once."""
    assert ["label", "boxed", "next"] == lines(
        word(f"<w:p>{run('label')}<w:r>{drawing}</w:r></w:p><w:p>{run('next')}</w:p>")
    )


def test_wrappers_hide_nothing() -> None:
    """Links, tags and direction marks are only wrappers."""
    body = (
        f"<w:p><w:hyperlink>{run('a')}</w:hyperlink><w:smartTag><w:bdo>{run('b')}</w:bdo></w:smartTag></w:p>"
    )

    assert ["ab"] == lines(word(body))


def test_list_markers() -> None:
    """Numbers count, boxes drawn as bullets are boxes, other bullets are stars."""
    numbering = (
        f'<w:numbering {WORD}><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="3"/>'
        '<w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl><w:lvl w:ilvl="1">'
        '<w:numFmt w:val="lowerRoman"/><w:lvlText w:val="%1.%2)"/></w:lvl></w:abstractNum>'
        '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/>'
        '<w:lvlText w:val="&#xF0A8;"/><w:rPr><w:rFonts w:ascii="Wingdings"/></w:rPr></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2">'
        '<w:abstractNumId w:val="1"/></w:num></w:numbering>'
    )
    body = "".join(
        f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr></w:pPr>'
        f"{run('i')}</w:p>"
        for number, level in ((1, 0), (1, 1), (1, 1), (1, 0), (2, 0), (9, 0), (0, 0))
    )
    found = word(body, {"numbering.xml": numbering}).blocks

    assert ["3.", "3.i)", "3.ii)", "4.", "☐", "*", ""] == [
        b.bullet for b in found if isinstance(b, Paragraph)
    ]
    assert [0, 1, 1, 0, 0, 0, 0] == [b.indent for b in found if isinstance(b, Paragraph)]
