"""
Every limit of reading, in one place, each with its reason.

GUARANTEES
    Crossing one is a normal result (`unreadable_part`, `unreadable`), never a crash. No other file of
    `parse` holds such a number.
"""

from dataclasses import dataclass

_KB = 1 << 10
_MB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a stranger's message is read. A test may lower one; configuration may not."""

    # the message
    message_bytes: int = 50 * _MB  # more than mail servers take, base64 included; a person reads the rest
    header_bytes: int = 256 * _KB  # real blocks stay under 50 kB; Postfix cuts at 100 kB
    header_fields: int = 500  # looking up one field is linear in all of them
    header_field_bytes: int = 16 * _KB  # a To of 300 people; decoding is worse than linear above
    addresses: int = 200  # shown to a person; nobody is ever answered but the one in From
    references: int = 100  # Message-IDs that a reply may name

    # its structure: the standard parser recurses and is quadratic in nesting
    parts: int = 500  # a phone's worth of photographs is 100
    nesting: int = 20  # honest mail has 5
    messages_in_message: int = 5  # forwarded as an attachment, again and again
    part_header_bytes: int = 64 * _KB  # a part's own header block; a real one has 300 bytes
    body_characters: int = 500_000  # a book of 250 pages; more than a form or a person's mail has
    shown_characters: int = 1_000_000  # of all parts together, so that the answer stays under its own limit

    # archives, read in memory: zip itself, and the packages that are one inside (docx, odt)
    archive_members: int = 2_000  # a large Word file has 100
    archive_member_bytes: int = 64 * _MB  # more than a mail of 50 MB carries in photographs
    archive_total_bytes: int = 256 * _MB  # a child has 512 MB
    archive_ratio: int = 200  # plain XML reaches 30, deflate can do 1,032
    archive_ratio_from: int = 1 * _MB  # below it a high ratio harms nobody
    archive_depth: int = 3  # a zip in a zip is seen, a third one hides something

    # documents
    xml_bytes: int = 24 * _MB  # one part of a package; its tree takes ten times that in memory
    block_nesting: int = 40  # tables in cells in tables; forms have 3
    pdf_pages: int = 300  # a form has ten; a book is for a person
    table_columns: int = 100  # Word stops at 63; spans and repeats are cut here
    rtf_groups: int = 10_000  # open at once; Word writes 20
    table_repeats: int = 100  # rows that are the same again; each is read, and more say nothing new

    # the child that reads
    wall_seconds: float = 10.0  # the next message waits behind it
    cpu_seconds: int = 8  # below the wall, so that a busy child ends by itself
    address_space_bytes: int = 900 * _MB  # a reservation is no use; PDFium alone maps 200 MB
    resident_bytes: int = 512 * _MB  # two readers fit a server of 2 GB
    open_files: int = 16  # its pipe and what the interpreter holds
    answer_bytes: int = 5 * _MB  # the text of a whole book, as JSON
    answer_depth: int = 30  # tables in cells in tables; msgspec itself stops no earlier
