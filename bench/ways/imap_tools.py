"""imap-tools: fetch in bulk, the texts as rows of SQLite, attachments as files; a small script's way."""

import sqlite3

from imap_tools import MailBoxUnencrypted

from bench.ways.clock import HOST, PASSWORD, PORT, USER, WORK, Clock


def main() -> None:
    """Everything in the inbox."""
    (WORK / "attachments").mkdir()
    database = sqlite3.connect(WORK / "tools.db", isolation_level=None)
    database.executescript(
        "pragma journal_mode=wal; pragma synchronous=full;"
        "create table mail (uid, subject, sender, text, html)"
    )
    with Clock() as clock, MailBoxUnencrypted(HOST, PORT).login(USER, PASSWORD) as mailbox:
        count = 0
        for mail in mailbox.fetch("ALL", mark_seen=False, bulk=50):
            for number, attachment in enumerate(mail.attachments):
                (WORK / "attachments" / f"{mail.uid}-{number}").write_bytes(attachment.payload)
            row = (mail.uid, mail.subject, mail.from_, mail.text, mail.html)
            database.execute("insert into mail values (?, ?, ?, ?, ?)", row)
            count += 1
    clock.report(count)


main()
