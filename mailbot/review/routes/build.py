"""The task that hands documents over, with the routes of a configuration."""

from collections.abc import Callable
from datetime import datetime

from mailbot.config import Config
from mailbot.review.deliver import DispatchTask
from mailbot.review.routes.base import Route
from mailbot.review.routes.folder import FolderRoute
from mailbot.review.routes.mail import MailRoute, Post


def dispatch(config: Config, post: Post | None, clock: Callable[[], datetime]) -> DispatchTask:
    """The drop folder always, internal mail where a server for it is configured."""
    review, general = config.review, config.mailbot
    ways: dict[str, Route] = {"folder": FolderRoute(review.folder or general.data / "desks")}
    if post is not None:
        desks = {
            "intelligence_log": review.desks.intelligence_log,
            "crime_desk": review.desks.crime_desk,
            "safeguarding": review.desks.safeguarding,
        }
        ways["mail"] = MailRoute(post, review.mail.sender, desks, frozenset(review.mail.allowed), clock)
    return DispatchTask(ways, general.templates)
