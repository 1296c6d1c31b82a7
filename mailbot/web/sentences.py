"""
What the console says to people, by our own codes: the only words that an address may make a page say.

`SAID` is what has just been done (`redirect(url_for(…, said="released"))`), `DECLINED` why something cannot
be done, `ERRORS` what a page says that is none.
"""

SAID = {
    "ended": "You were signed out, because nothing was clicked for a while. What you had saved is kept.",
    "signed_out": "You have signed out.",
    "roles_changed": "The roles are changed. They count from the next click.",
    "account_disabled": "The account is off, and whoever was signed in with it is out.",
    "dropped": "The acknowledgement will never be sent.",
    "address_ended": "The address opens nothing any more.",
    "answered": "Your answer is recorded.",
    "broken": "The item waits again.",
    "clarifying": "What you are going to ask is written down. The item stays with you.",
    "closed": "The source part is closed.",
    "corrected": "Your correction is kept beside what was read.",
    "drawn": "Chance has drawn. What it drew waits below.",
    "none_drawn": "There is nothing more to draw: all that others decided then waits below, or nothing was.",
    "decided": "The item is decided. Its documents are on their way.",
    "given_back": "The item waits again. What you typed is kept.",
    "handed_over": "Your colleague has the item.",
    "noted": "It is written down.",
    "opened": "The source part is open to you, and closes by itself.",
    "opening_asked": "A second person has been asked. The source part stays closed until they agree.",
    "reassigned": "The item has been given.",
    "recalled": "The decision is recalled, and the desks are told.",
    "reopened": "The item waits again, and the desks are told.",
    "saved": "What you typed is saved.",
    "sealed": "The picture is sealed. A supervisor is told.",
    "sent_again": "The document is tried again.",
    "settled": "It is settled.",
    "released": "The acknowledgement will be sent.",
    "letter": "The letter will be sent.",
    "request": "The request is on the list.",
    "request_changed": "The request is changed.",
    "session_planned": "The session is planned.",
    "session_changed": "The session is changed, and those who had to know are told.",
    "session_cancelled": "The session is cancelled, and those who had a place are told.",
    "waits": "The request is on the waiting list.",
    "draft": "The draft is made. A second person releases it.",
    "report": "The report is released, and frozen.",
}
DECLINED = {
    "taken": "Somebody else has this item.",
    "not_yours": "You do not hold this item. Take it first.",
    "decided": "This item has been decided.",
    "not_decided": "This item has not been decided.",
    "stale": "This item has changed since your page was made. Look at it again; what you typed is not saved.",
    "unknown": "There is no such thing here. It may have been erased.",
    "stale_kept": "This item has changed since your page was made. What you typed is kept: look again.",
    "closed": "The source part is closed. Open it first.",
    "field": "There is no such field.",
    "value": "This value cannot stand in that field. Choose one of those that are offered.",
    "masked": "▒▒▒ stands for something that is left out. Open the source part, or write it without.",
    "too_long": "This is too long.",
    "too_many": "There are too many corrections of this item already.",
    "empty": "There is nothing in it. Go back and write something.",
    "incomplete": "Say whom, why and how.",
    "reason": "Say why.",
    "same_person": "Another person must answer this, not the one who asked.",
    "answered": "It has been answered already.",
    "not_sampled": "This item was not drawn, or its outcome is recorded already.",
    "own_decision": "Another person must answer this: you have decided about this item.",
    "settled": "It has been settled already.",
    "not_failed": "This document has not failed.",
    "names_one": "A line that you changed names one of them. Go back and make it right for all.",
    "withdrawn": "This document no longer stands, and must not go to its desk.",
    "no_picture": "There is no picture of this.",
    "sealed": "This picture is sealed. Nobody may see it again.",
    "original_sealed": "A picture in it is sealed, so the original cannot be fetched here.",
    "gone": "It has been dealt with already.",
    "not_now": "This cannot be done as the request or the session stands now. Look at it again.",
    "sent_already": "This letter has been sent already. Change the session, if you want to write again.",
    "telling": "The letter mentions a submission, a report or intelligence. It must not. Change it.",
    "no_address": "There is no address to write to. Enter one.",
    "no_sender": "mailbot has no address to write from. Ask the administrator to set [acknowledge] → from.",
    "no_session": "Say first when and where.",
    "none_ticked": "Go back and tick at least one request.",
    "shared": "Others have a place in this session: change it on its own page, where all are told.",
    "past": "The session would be in the past.",
    "length": "A session lasts between one minute and twelve hours.",
    "count": "Enter how many people came, as a number.",
    "released": "This period is released already, and what is released is frozen.",
    "own_draft": "You made this draft: a second person must release it.",
    "not_over": "The draft was made before its period was over. Make it again.",
    "made_before": "Another report was released since. Make the draft again, to check it against that.",
    "not_publishable": "Beside what was published before, these cannot be. Take a longer period.",
}
UNKNOWN = "This cannot be done as things stand."
ERRORS = {
    400: ("Something is wrong with this request", "Go back and try again."),
    403: ("You may not see this page", "Your role does not include it. Ask whoever manages the accounts."),
    404: ("There is no such page", "If you typed the address, check it."),
    405: ("There is no such page", "It is reached by a button. Go back and try again."),
    409: ("It cannot be done now", UNKNOWN),
    413: ("This is too much", "A form may hold one megabyte. Nothing was stored."),
    429: ("Too many attempts", "Wait a while, then try again."),
    500: ("This is a fault of ours", "Nothing that was stored is lost. The log has a line about it."),
    503: (
        "The database cannot be reached",
        "Nothing was stored by your last click, and nothing that was stored is lost. Try again in a minute.",
    ),
}
NO_SIGN_IN = {
    "denied": ("You were not signed in", "The answer of the sign-in page was not valid. Try again."),
    "away": ("You were not signed in", "The sign-in page cannot be reached now. Try again in a minute."),
    "late": ("You were not signed in", "It took too long, or it was begun in another browser. Try again."),
    "no_roles": ("You have no role here", "You are known, and may see nothing. Ask whoever gives the roles."),
    "conflict": (
        "Your roles contradict each other",
        "An administrator sees no content. Ask whoever gives the roles to take one away.",
    ),
    "bad_name": ("Your name cannot be used here", "Ask whoever manages the accounts at your provider."),
    "reserved": ("Your name cannot be used here", "It is the machine's own in the records. Ask for another."),
    "unknown": ("Your account is switched off", "Ask whoever manages the accounts."),
    "taken": (
        "Your name is taken",
        "An account of somebody else, or of another kind, has it. Ask whoever manages the accounts.",
    ),
}
FORGED = (
    "This form is too old",
    "You have signed in again since it was made. Go back, load the page, try again.",
)


def declined(code: str) -> str:
    """Why something cannot be done."""
    return DECLINED.get(code, UNKNOWN)
