"""What a request lacks, so that one letter can ask for all of it."""

from mailbot.domain.record import Training

QUESTIONS = {
    "school": "the name of your school or organisation",
    "contact": "a name, and an e-mail address or telephone number",
    "audience": "who the session is for (all staff, safeguarding team, governors)",
    "attendees": "about how many people will attend",
    "format": "whether you would like it in person or online",
    "place": "where it would be, with anything we should know about parking and signing in",
    "preferred_dates": "two or three dates and times that suit you",
}


def missing(asked: Training, address: str) -> list[str]:
    """The keys of `QUESTIONS` that nobody has answered yet."""
    reachable = asked.contact_email or asked.contact_phone or address
    answered = {
        "school": asked.school,
        "contact": asked.contact_name and reachable,
        "audience": asked.audience,
        "attendees": asked.attendees,
        "format": asked.format,
        "place": asked.place or asked.format != "in_person",
        "preferred_dates": asked.preferred_dates,
    }
    return [key for key in QUESTIONS if not answered[key]]
