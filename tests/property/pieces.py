"""Pieces of every markup, from which tests and fuzzing put odd documents together."""

WORD_PIECES = [
    "<w:p>", "</w:p>", "<w:r>", "</w:r>", "<w:t>", "</w:t>", "text", "☒", "<w:tbl>", "</w:tbl>", "<w:tr>",
    "</w:tr>", "<w:tc>", "</w:tc>", "<w:tcPr><w:gridSpan w:val='-1'/><w:vMerge/></w:tcPr>", "<w:sdt>",
    "</w:sdt>", "<w:sdtPr><w:showingPlcHdr/><w:date/></w:sdtPr>", "<w:sdtPr><w14:checkbox/></w:sdtPr>",
    "<w:sdtContent>", "</w:sdtContent>",
    "<w:fldChar w:fldCharType='begin'><w:ffData><w:textInput/></w:ffData></w:fldChar>",
    "<w:fldChar w:fldCharType='separate'/>", "<w:fldChar w:fldCharType='end'/>",
    "<w:instrText>SYMBOL \\f</w:instrText>", "<w:instrText>SYMBOL 0x</w:instrText>",
    "<w:sym w:font='Wingdings' w:char='ZZ'/>", "<w:txbxContent>", "</w:txbxContent>",
    "<mc:AlternateContent>", "</mc:AlternateContent>", "<mc:Choice>", "</mc:Choice>", "<w:del>", "</w:del>",
    "<w:pPr><w:numPr><w:numId w:val='1'/><w:ilvl w:val='99'/></w:numPr></w:pPr>", "<w:br/>",
]  # fmt: skip
OPEN_PIECES = [
    "<text:p>", "</text:p>", "<text:span text:style-name='x'>", "</text:span>", "text",
    "<text:s text:c='x'/>", "<table:table>", "</table:table>",
    "<table:table-row table:number-rows-repeated='99999999'>", "</table:table-row>",
    "<table:table-cell table:number-columns-spanned='0'>", "</table:table-cell>", "<text:list>",
    "</text:list>", "<text:list-item>", "</text:list-item>", "<draw:frame>", "</draw:frame>",
    "<draw:text-box>", "</draw:text-box>",
    "<field:fieldmark field:type='vnd.oasis.opendocument.field.FORMDROPDOWN'/>", "<text:drop-down/>",
    "<text:tab/>", "<office:forms><form:form><form:listbox form:id='a'/></form:form></office:forms>",
    "<draw:control draw:control='a'/>",
]  # fmt: skip
HTML_PIECES = [
    "<p>", "</p>", "<table>", "</table>", "<tr>", "<td rowspan=9 colspan=9>", "</td>", "<th>", "<ul>",
    "</ul>", "<li>", "</ol>", "<blockquote>", "</blockquote>", "<b>", "</b>", "<br>", "text", "&nbsp;",
    "<!--", "-->", "<select>", "<option selected>", "<input type=checkbox>", "<textarea>", "<script>",
    "</script>", "<div hidden>", "<h1>", "\x00",
    "<span style='font-family:wingdings;display:none;border:;;:x'>", "<![if x]>",
    "<?xml version='1.0' encoding='x'?>", "<frameset>", "<svg>", "<math>", "<head>", "<body>", "</body>",
    "</html>", "<title>", "<caption>", "\ud800", "<",
]  # fmt: skip
RTF_PIECES = [
    "{", "}", "\\par ", "text", "\'e9", "\'", "\\u-1 ", "\\u55357 ", "\\uc9 ", "\\bin3 ", "\\bin-9 ",
    "\\trowd", "\\cellx99", "\\cell", "\\row", "\\intbl", "\\itap3", "\\nestcell", "\\nestrow", "{\\field",
    "{\\*\\fldinst FORMTEXT", "{\\fldrslt ", "{\\*\\formfield\\fftype2\\ffres9", "{\\*\\ffl x}",
    "{\\fonttbl{\\f0\\fcharset128 x;}}", "\\f0 ", "{\\stylesheet{\\s1 y;}}", "{\\header ", "{\\footnote ",
    "{\\shptxt ", "{\\info{\\author z}}", "\\*", "\\v ", "\\deleted ", "\\clvmrg", "\\clmrg", "\\cellx-9",
    "\\s-5 ", "\\ansicpg65001 ", "\\u99999999999 ", "{\\listtext 1.}", "\\", "\x00",
]  # fmt: skip
