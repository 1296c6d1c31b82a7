"""Messages that are no completed form: requests, referrals, reports, questions and machines, in other words."""

from collections.abc import Callable
from random import Random

from tests.layouts.letters import Letter, message

FREE_TRAINING: list[tuple[str, str, dict[str, object]]] = [
    (
        "Could somebody come and talk to us?",
        "Hello\n\nI look after staff development at Bramblegate College. Would one of you be able to run a session "
        "for our pastoral staff on how to fill in the CPI form? There would be about 25 of us, in person if possible. "
        "Either 14 January or 21 January 2027 after school would suit.\n\nWith thanks\nTamsin Vant\nStaff Development "
        "Lead\n01632 960118",
        {"school": "Bramblegate College", "contact_name": "Tamsin Vant", "contact_role": "Staff Development Lead",
         "contact_email": None, "contact_phone": "01632 960118", "topic": "how to fill in the CPI form",
         "audience": "pastoral staff", "attendees": "about 25", "format": "in_person", "place": None,
         "preferred_dates": ["14 January", "21 January 2027"], "duration": None, "access_needs": None},
    ),
    (
        "INSET day",
        "Dear team,\n\nWe are planning our INSET day and wondered whether you offer a workshop about sharing "
        "information with the police. It could be over Teams. Please let me know what you can offer.\n\nRegards,\n"
        "Jago Quarrell, Deputy Head, Nettlebourne School",
        {"school": "Nettlebourne School", "contact_name": "Jago Quarrell", "contact_role": "Deputy Head",
         "contact_email": None, "contact_phone": None, "topic": "sharing information with the police",
         "audience": None, "attendees": None, "format": "online", "place": None, "preferred_dates": [],
         "duration": None, "access_needs": None},
    ),
]  # fmt: skip
TRAINING_FORM = [
    ("Setting", "school", "Wexcombe Academy"),
    ("Booker", "contact_name", "Bethan Arkwell"),
    ("Booker's job", "contact_role", "Assistant Head"),
    ("Booker's e-mail", "contact_email", "b.arkwell@wexcombeacademy.example"),
    ("Booker's telephone", "contact_phone", "01632 960442"),
    ("What would you like the session to cover?", "topic", "When to call the police"),
    ("Who will be in the room?", "audience", "Governors"),
    ("How many will attend?", "attendees", "12"),
    ("How would you like it delivered?", "format", "Online"),
    ("How long should it last?", "duration", "45 minutes"),
    ("Anything we should know about access?", "access_needs", "Captions for one governor"),
]
REFERRAL = (
    "INTER-AGENCY REFERRAL FORM (MASH)\n\n1. Details of practitioner making this referral\n"
    "Name of referrer: Halima Fernsby\nAgency: Hartlow Youth Trust\nTelephone: 01632 960771\n\n"
    "2. Child / young person being referred\nLast name: Szary\nFirst name: Kit\nDOB: 03/02/2013\n"
    "Parental responsibility: mother\n\n3. Has the family agreed to this referral to children's services? Yes\n"
    "4. Reason for referral: neglect and domestic abuse at home. A strategy discussion is asked for.\n"
    "5. Previous statutory involvement: Child in Need plan 2024\n"
)
CRIME = (
    "CRIME REPORT FORM\n\nVictim of crime: Wexcombe Academy\nReported by: Dwayne Babbidge\nOffence: burglary\n"
    "Date and time of offence: 7 November 2026, between 18.00 and 22.00\nProperty stolen: eleven tablets, value "
    "3,200 pounds\nMethod of entry: window forced\nWitnesses: none\nCCTV available: yes\nDo you support a "
    "prosecution? Yes\n"
)
ENQUIRIES = [
    ("Question", "Hi, who should we speak to about parking outside the school gates at home time? Parents are blocking "
     "the drive. Thank you, Saoirse Hollowbread, school business manager"),
    ("Assembly", "Good afternoon. Does anybody know whether PC Marchbanks still works with schools in Hartlow? We have "
     "lost touch. Best wishes, Orla"),
    ("Retention", "Dear colleagues, for our records of processing: for how long do you keep what schools send to you, "
     "and who can see it? Kind regards, Emeka Penhaligon, data protection officer"),
]  # fmt: skip
REQUESTS = [
    ("Where is the form?", "Hello, could you send me the latest blank version of your information form please? The link on "
     "the website does not open here. Thanks, Rhodri Loveguard"),
    ("Template please", "Hi both\n\nWe have mislaid the CPI template. Please would you e-mail a fresh copy of it so that "
     "we can use it?\n\nNgozi Tregear\nDSL, St Osyth's Primary School"),
]  # fmt: skip
MIXED = [
    ("Training and something else", "Dear team\n\nPlease could you put on a training session about the CPI form for our "
     "tutors next term?\n\nAlso, on Thursday a Year 9 pupil told me that a man in a black Golf sells vapes and pills to "
     "children behind the library. He is known as Spanner.\n\nPrecious Vant, Head of Year 9, Wexcombe Academy"),
    ("Training booking / also some info", "Hello, we would like to book you for a twilight training session in February for "
     "thirty staff.\n\nWhile writing: one of our Year 10 girls said that her cousin is being made to carry drugs on the "
     "train by older lads from the Sedge Walk flats. She is frightened of them.\n\nTobi Fernsby, pastoral manager"),
]  # fmt: skip
MACHINES = [
    ("Automatic reply: Information for you", "I am out of the office until Monday 16 November and will read your message "
     "then. For anything urgent please ring 01632 960100.", {"Auto-Submitted": "auto-replied"}),
    ("Autumn bulletin for governors", "In this issue: flu vaccines, a new uniform supplier, and dates for your diary. "
     "To stop receiving this bulletin use the link below.",
     {"List-Unsubscribe": "<mailto:stop@bulletin.example>", "List-Id": "<governors.bulletin.example>", "Precedence": "bulk"}),
]  # fmt: skip


def others(rng: Random) -> list[Letter]:
    """All of them."""
    out: list[Letter] = []

    def add(kind: str, subject: str, body: str, sender: str = "office@wexcombeacademy.example") -> Letter:
        mail = message(rng, sender, subject, 900 + len(out))
        mail.set_content(body)
        out.append(Letter(f"other_{len(out):02}_{kind}", f"other_{kind}", mail, kind))
        return out[-1]

    for subject, body, training in FREE_TRAINING:
        letter = add("training_request", subject, body)
        letter.training, letter.loose = training, True
    training_form(add)
    add("mash_referral", "Referral", REFERRAL)
    add("crime_report", "Report of a burglary", CRIME)
    for subject, body in ENQUIRIES:
        add("enquiry", subject, body)
    for subject, body in REQUESTS:
        add("form_request", subject, body)
    for subject, body in MIXED:
        letter = add("mixed", subject, body)
        letter.training, letter.flags_ok = None, ["crime_indicated", "urgent"]
    for subject, body, headers in MACHINES:
        letter = add("automatic", subject, body)
        letter.automatic = True
        for name, value in headers.items():
            letter.message[name] = value
    return out


def training_form(add: Callable[..., Letter]) -> None:
    """A request for a session as a web form sends it."""
    body = "Training request form\n\n" + "".join(f"{label}: {value}\n" for label, _, value in TRAINING_FORM)
    letter = add(
        "training_request", "Session request", body + "Dates that suit: 12 January 2027; 19 January 2027\n"
    )
    letter.training = {key: value for _, key, value in TRAINING_FORM} | {
        "format": "online", "preferred_dates": ["12 January 2027", "19 January 2027"], "place": None,
    }  # fmt: skip
