"""
django-mailbox: IMAP into SQLite, the original message stored, attachments as files.

Its database is set up for speed and durability (WAL, synchronous FULL), which is faster than its default.
"""

import django
from django.conf import settings

from bench.ways.clock import HOST, PASSWORD, PORT, USER, WORK, Clock

settings.configure(
    INSTALLED_APPS=["django_mailbox"],
    MEDIA_ROOT=str(WORK / "media"),
    USE_TZ=True,
    SECRET_KEY="bench",  # noqa: S106
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    DJANGO_MAILBOX_STORE_ORIGINAL_MESSAGE=True,
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(WORK / "django.db"),
            "OPTIONS": {"init_command": "pragma journal_mode=wal; pragma synchronous=full"},
        }
    },
)
django.setup()


def main() -> None:
    """One poll."""
    from django.core.management import call_command
    from django_mailbox.models import Mailbox, Message

    call_command("migrate", verbosity=0)
    mailbox = Mailbox.objects.create(name="bench", uri=f"imap://{USER}:{PASSWORD}@{HOST}:{PORT}")
    with Clock() as clock:
        for _ in mailbox.get_new_mail():
            pass
    originals = Message.objects.exclude(eml="").count()
    clock.report(originals)


main()
