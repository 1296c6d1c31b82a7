"""
The admins' desk: requests for training, questions, blank forms, sessions, and the letters about them.

    inbox       what came in: a new request, or the answer to one
    requests    requests and what becomes of them
    sessions    when, where, by whom, for how many; clashes and who waits
    letters     what we write, shown before it is sent; the outbox sends it
    invitation  the `.ics` that goes along, and the feed for a trainer's calendar
    reminders   when a reminder is due, local time

SECURITY
    This desk sees requests and no intelligence, nor that there is any: of a `mixed` message it has the fields
    of the request, as of every request, and nothing else. Nothing that it writes mentions a submission.
"""
