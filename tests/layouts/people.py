"""
Invented people, places, cars and accounts. Nobody and nothing here is real: telephones from the ranges kept
for drama, postcodes of ZZ99, vehicle marks with a Q or an I in the last group, `.example` domains.
"""

from dataclasses import dataclass, field
from random import Random

GIVEN_F = ["Orla", "Imogen", "Precious", "Halima", "Bethan", "Saoirse", "Wiktoria", "Ngozi", "Tamsin", "Zoë"]
GIVEN_M = ["Kit", "Rhodri", "Dwayne", "Ibrahim", "Callum", "Piotr", "Jago", "Tobi", "Leighton", "Emeka"]
FAMILY = [
    "Thistlewood", "O'Hanrahan", "Marchbanks", "Adeyinka-Pole", "Quarrell", "Penhaligon", "Vant", "Szary",
    "Hollowbread", "Mugglestone", "Arkwell", "Tregear", "Babbidge", "Nwachuku-Hale", "Fernsby", "Loveguard",
]  # fmt: skip
ROLES = ["Deputy Head", "Designated Safeguarding Lead", "Head of Year 9", "Family Support Worker",
         "Attendance Officer", "Pastoral Manager", "School Nurse"]  # fmt: skip
ORGS = ["Wexcombe Academy", "St Osyth's Primary School", "Bramblegate College", "Hartlow Youth Trust",
        "Nettlebourne School", "The Quarry Pupil Referral Unit"]  # fmt: skip
STREETS = [
    "Dunnock Rise",
    "Old Maltings Yard",
    "Pepperbox Lane",
    "Farthing Court",
    "Sedge Walk",
    "Lantern Hill",
]
TOWNS = ["Wexcombe", "Hartlow", "Nettlebourne", "Port Amble"]
PLACES = ["the bandstand in Marl Park", "rear car park of the Tannery retail units", "Sedge Walk underpass",
          "bus shelter opposite Hartlow library", "allotments off Pepperbox Lane"]  # fmt: skip
CARS = ["silver Corsa with a dented wing", "black Golf, tinted rear windows", "white Transit van, roof rack",
        "dark blue BMW 1 series", "grey moped, no mirrors"]  # fmt: skip
LOOKS = ["tall and thin, shaved head, grey tracksuit", "about 5'4, red dyed hair, nose ring",
         "heavy build, full beard, gold tooth", "slim, glasses, black puffer jacket"]  # fmt: skip
ALIASES = ["Jinx", "Lil T", "Biscuit", "Mouse", "Ghost", "Smiley", "Big Kev", "Spanner"]
ETHNIC = [
    "White British",
    "White Irish",
    "Black African",
    "Asian - Pakistani",
    "Mixed White and Black Caribbean",
]
KNOWN_AS = [
    "half-brother",
    "ex-partner of her mother",
    "neighbour",
    "older boyfriend",
    "friend from football",
]
NEEDS = ["autism, EHCP in place", "mild hearing loss", "dyslexia and anxiety", "ADHD"]
PLATFORMS = ["Snapchat", "Instagram", "TikTok", "Discord"]
KNOWERS = ["Head teacher only", "The class teacher and the school counsellor", "Her aunt", "Early Help team"]
PROOF = [
    "Screenshots kept by the office",
    "CCTV at the main gate",
    "Two members of staff noticed the same car",
]
WHY_RISK = [
    "The pupil lives in the same block as the man and would be blamed straight away.",
    "Only two children were there, so it would be obvious who spoke.",
    "Her brother owes this group money.",
]
WISHES = [
    "Please do not visit the school in uniform.",
    "Do not tell the family where this came from.",
    "Speak to the head before anything is shared with housing.",
]
EXTRA = [
    "We are open in half term and will keep an eye on the gate.",
    "Our cameras keep recordings for fourteen days only.",
    "The form tutor is away until Monday.",
]
OTHER_TYPES = ["knife carrying", "hate graffiti", "fake banknotes", "dog fighting"]
STORIES = [
    "A Year 10 pupil said that a man in a silver car waits by the gate on Fridays and hands out vapes. She has "
    "seen him four times since half term.",
    "For about three weeks two older lads have been meeting younger boys at the bandstand. The boys come back "
    "with new trainers and will not say who bought them.\nName of the taller lad is not known to us, but others "
    "call him by a nickname.\nVehicle: we only saw it from behind, it may have been a van.",
    "I overheard a conversation in the dinner queue about someone \"going country\" at the weekend.\n\nDate of "
    "the trip was not mentioned. The pupil was absent on Monday and came in on Tuesday with a second phone.\n\n"
    "Address where they stay was described as \"the flat over the chip shop\".",
    "Mum came to reception upset. She thinks her son is storing things for a neighbour. Bags arrive late at "
    "night and leave before school.",
    "A message is going round that calls for people to meet at the underpass after the match and \"sort out\" "
    "pupils from the other school. Urgent was the word used in the message, but it gives no day.",
    "During a home visit a worker noticed six mattresses in the front room, several men who would not speak, and "
    "a box of passports on the stairs.\nRelationship to the tenant: he says cousins.\nWho told you they were "
    "cousins? He did, when asked.\nThe men are collected at 05.30 each day.",
    "Staff smelled cannabis on three pupils after lunch on two days. One said that \"Biscuit sorts us out\" and "
    "pointed at the flats.\nSource of the cannabis is said to be a first-floor flat with a blue door.\nRisk to "
    "others: younger children use the same path.",
    "The girl (15) has had unexplained gifts: a phone, nails done every week, a ring. She is dropped at the "
    "corner by an adult male. She told a friend he is 24. The friend told nobody until today because she was "
    "frightened. He is said to message several girls from our school, always from a new account, and to ask "
    "them to bring friends.\n\nOn one occasion he drove two of them to a hotel by the ring road. They were back "
    "by nine. Nothing else is known about that evening.",
    "Graffiti with a group's sign has appeared on the bike shed, the bus stop and the back of the sports hall "
    "since September.",
]  # fmt: skip


@dataclass
class Case:
    """What one sender knows: single facts by key, and things and persons in lists."""

    facts: dict[str, str] = field(default_factory=dict)
    persons: list[dict[str, str]] = field(default_factory=list)
    things: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    types: list[str] = field(default_factory=list)


def telephone(rng: Random) -> str:
    """A number that rings nowhere, in one of the ways people write it."""
    last = rng.randrange(1000)
    return rng.choice(
        [f"07700 900{last:03}", f"07700900{last:03}", f"01632 960{last:03}", f"+44 7700 900{last:03}"]
    )


def mark(rng: Random) -> str:
    """A vehicle mark that was never issued; now and then only a part of one."""
    letters = "ABCDEFGHJKLMNOPRSTUVWXY"
    head = "".join(rng.choice(letters) for _ in range(2)) + f"{rng.randrange(10, 75)}"
    tail = rng.choice(letters) + rng.choice("QI") + rng.choice(letters)
    return rng.choice([f"{head} {tail}", f"{head}{tail}", f"{head} {tail}".lower(), f"{head} ???"])


def address(rng: Random) -> str:
    """Where nobody lives."""
    code = f"ZZ99 {rng.randrange(1, 9)}{rng.choice('ABDEFGH')}{rng.choice('JLNPQ')}"
    return f"{rng.randrange(1, 140)} {rng.choice(STREETS)}, {rng.choice(TOWNS)}, {code}"


def date(rng: Random, years: tuple[int, int]) -> tuple[str, str]:
    """One day: as somebody writes it, and as the record holds it."""
    year, month, day = rng.randrange(*years), rng.randrange(1, 13), rng.randrange(1, 29)
    name = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November", "December"][month - 1]  # fmt: skip
    ending = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd"}.get(day, "th")
    ways = [f"{day:02}/{month:02}/{year}", f"{day} {name} {year}", f"{day}{ending} {name} {year}",
            f"{day:02}.{month:02}.{year}", f"{day} {name[:3]} {year}", f"{day}-{month}-{year}"]  # fmt: skip
    return rng.choice(ways), f"{year}-{month:02}-{day:02}"


def person(rng: Random) -> dict[str, str]:
    """Somebody who does not exist."""
    sex = rng.choice(["male", "female"])
    given = rng.choice(GIVEN_F if sex == "female" else GIVEN_M)
    family = rng.choice(FAMILY)
    born, iso = date(rng, (2007, 2016))
    facts = {
        "given_names": given, "family_name": family, "full_name": f"{given} {family}", "sex": sex,
        "dob": born, "dob_iso": iso, "age": rng.choice(["15", "about 17", "14-15", "mid 20s", "approx 40"]),
        "aliases": rng.choice(ALIASES), "ethnicity": rng.choice(ETHNIC), "address": address(rng),
        "school": rng.choice(ORGS), "school_year": rng.choice(["Year 9", "10", "Yr 8", "Year 11"]),
        "phone": telephone(rng), "description": rng.choice(LOOKS), "relationship": rng.choice(KNOWN_AS),
        "parent_guardian": f"{rng.choice(GIVEN_F)} {family}", "looked_after": rng.choice(["yes", "no", "unknown"]),
        "vulnerabilities": rng.choice(NEEDS), "online": f"{given.lower()}_{rng.randrange(10, 99)}x",
        "role": rng.choice(["suspect", "victim", "at_risk", "witness", "associate"]),
    }  # fmt: skip
    facts.pop(rng.choice(["dob", "age"]))  # few know both
    return facts


def sender(rng: Random) -> dict[str, str]:
    """Who fills in the form."""
    given, family = rng.choice(GIVEN_F + GIVEN_M), rng.choice(FAMILY)
    org = rng.choice(ORGS)
    host = "".join(c for c in org.lower() if c.isalpha())[:14] + ".example"
    local = f"{given[0].lower()}.{''.join(c for c in family.lower() if c.isalpha())}".replace("ë", "e")
    return {
        "name": f"{rng.choice(['', '', 'Mrs ', 'Mr ', 'Dr '])}{given} {family}", "role": rng.choice(ROLES),
        "org": org, "phone": telephone(rng), "email": f"{local}@{host}", "addr": address(rng),
        "ref": rng.choice([f"CP-{rng.randrange(1000, 9999)}", f"{rng.randrange(100, 999)}/26", f"MC{rng.randrange(10**5)}"]),
    }  # fmt: skip


def case(rng: Random) -> Case:
    """One whole story, far more than any form asks."""
    told, _ = date(rng, (2026, 2027))
    sent, sent_iso = date(rng, (2026, 2027))
    facts = sender(rng) | {
        "date": sent, "date_iso": sent_iso, "may": rng.choice(["yes", "no"]),
        "safe": rng.choice(["yes", "yes", "yes", "no", "unknown"]),
        "basis": rng.choice(["first_hand", "told_by_person", "told_by_several", "overheard",
                             "document_or_social_media", "professional_assessment"]),
        "origin": rng.choice([f"{rng.choice(GIVEN_F)} {rng.choice(FAMILY)}", "A Year 9 pupil", "The caretaker"]),
        "rel": rng.choice(["class mate", "older sister", "Form tutor", "neighbour of the family"]),
        "learned": rng.choice([told, f"{told} at break", "yesterday, period 3"]),
        "event": rng.choice([told, f"{told}, around 15.40", "most Fridays since September", "last weekend"]),
        "known": rng.choice(KNOWERS), "corr": rng.choice(PROOF), "aware": rng.choice(["yes", "no", "unknown"]),
        "view": rng.choice(["reliable", "untested", "doubtful", "suspected_false"]),
        "risk": rng.choice(["none_known", "possible", "serious"]), "riskd": rng.choice(WHY_RISK),
        "other": rng.choice(OTHER_TYPES), "narr": rng.choice(STORIES), "more": rng.choice(EXTRA),
        "urgent": rng.choice(["yes", "no", "no"]), "crime": rng.choice(["yes", "no", "unknown"]),
        "crimeno": f"44{rng.randrange(10**9):09}", "mash": rng.choice(["yes", "no"]),
        "mashref": f"MASH/{rng.randrange(10000, 99999)}", "handling": rng.choice(WISHES),
        "area": rng.choice(["hampshire", "isle_of_wight", "southampton", "portsmouth"]),
    }  # fmt: skip
    places = [{"text": p, "relevance": "young people gather there after dark"} for p in rng.sample(PLACES, 1)]
    cars = [{"vrm": mark(rng), "description": rng.choice(CARS), "link": "driven by the older male"}
            for _ in range(rng.choice([1, 1, 2]))]  # fmt: skip
    things = {
        "l": places, "v": cars, "t": [{"number": telephone(rng), "note": "number he rings from"}],
        "o": [{"platform": rng.choice(PLATFORMS), "handle": f"@{rng.choice(ALIASES).lower().replace(' ', '')}{rng.randrange(99)}"}],
    }  # fmt: skip
    kinds = ["missing_exploited_trafficked", "child_sexual_exploitation", "criminal_exploitation",
             "drug_related_harm", "modern_day_slavery", "community_cohesion", "anti_social_behaviour",
             "organised_crime", "other"]  # fmt: skip
    return Case(
        facts,
        [person(rng) for _ in range(rng.choice([0, 1, 1, 2]))],
        things,
        rng.sample(kinds, rng.choice([1, 1, 2])),
    )
