"""The pages of the console, one file for each subject; `everything` is all of them."""

from mailbot.review import vocabulary
from mailbot.web.desk import Desk
from mailbot.web.pages.accounts import Accounts
from mailbot.web.pages.assets import Assets
from mailbot.web.pages.audit import Audit
from mailbot.web.pages.board import Board
from mailbot.web.pages.calendar import Calendar
from mailbot.web.pages.correct import Correct
from mailbot.web.pages.decide import Decide
from mailbot.web.pages.feed import Feed
from mailbot.web.pages.held import Held
from mailbot.web.pages.home import Home
from mailbot.web.pages.item import Item
from mailbot.web.pages.oidc import Oidc
from mailbot.web.pages.pictures import Pictures
from mailbot.web.pages.planning import Planning
from mailbot.web.pages.queue import Queue
from mailbot.web.pages.reports import Reports
from mailbot.web.pages.sampling import Sampling
from mailbot.web.pages.schools import Schools
from mailbot.web.pages.sessions import Sessions
from mailbot.web.pages.setup import Setup
from mailbot.web.pages.sign_in import SignIn
from mailbot.web.pages.source import Source
from mailbot.web.pages.supervise import Supervise
from mailbot.web.pages.training import Training
from mailbot.web.pages.write import Write
from mailbot.web.routes import Pages


def everything(desk: Desk) -> list[Pages]:
    """Every page."""
    return [
        Assets(),
        SignIn(desk),
        Oidc(desk),
        Setup(desk),
        Home(desk),
        Queue(desk),
        Held(desk),
        Sampling(desk),
        Board(desk),
        Audit(desk),
        Accounts(desk),
        Training(desk),
        Write(desk),
        Calendar(desk),
        Planning(desk),
        Sessions(desk),
        Feed(desk),
        Schools(desk),
        Reports(desk),
        *review(desk),
    ]


def review(desk: Desk) -> list[Pages]:
    """The pages of one item, and of those who answer for others."""
    words = vocabulary.load(desk.config.mailbot.forms)
    return [made(desk, words) for made in (Item, Source, Correct, Decide, Pictures, Supervise)]
