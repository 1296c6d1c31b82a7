"""Nothing but fetching everything with the standard library: what no way can be faster than."""

import imaplib

from bench.ways.clock import HOST, PASSWORD, PORT, USER, Clock


def main() -> None:
    """Fetch, and forget."""
    with Clock() as clock:
        session = imaplib.IMAP4(HOST, PORT)
        session.login(USER, PASSWORD)
        session.select("INBOX", readonly=True)
        uids = session.uid("search", "ALL")[1][0].split()
        count = 0
        for start in range(0, len(uids), 50):
            wanted = b",".join(uids[start : start + 50]).decode("ascii")
            answer = session.uid("fetch", wanted, "(BODY.PEEK[])")[1]
            count += sum(isinstance(piece, tuple) for piece in answer)
        session.logout()
    clock.report(count)


main()
