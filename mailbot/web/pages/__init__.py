"""The pages of the console, one file for each subject; `everything` is all of them."""

from mailbot.web.desk import Desk
from mailbot.web.pages.accounts import Accounts
from mailbot.web.pages.assets import Assets
from mailbot.web.pages.audit import Audit
from mailbot.web.pages.board import Board
from mailbot.web.pages.held import Held
from mailbot.web.pages.home import Home
from mailbot.web.pages.oidc import Oidc
from mailbot.web.pages.queue import Queue
from mailbot.web.pages.setup import Setup
from mailbot.web.pages.sign_in import SignIn
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
        Board(desk),
        Audit(desk),
        Accounts(desk),
    ]
