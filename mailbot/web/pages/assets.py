"""The style and the script of the console: files of ours, and those of govuk-frontend."""

from pathlib import Path

from flask import Response, send_from_directory

from mailbot.web.routes import Access, page

FOLDER = Path(__file__).resolve().parents[1] / "static"


class Assets:
    """See the module."""

    name = "assets"

    @page("/assets/<name>", Access.PUBLIC)
    def file(self, name: str) -> Response:
        """One of the files; nothing about anybody is in them, so a browser may keep them."""
        response = send_from_directory(FOLDER, name, max_age=3600)
        response.cache_control.public = True
        return response
