"""
Exchange Online as Microsoft Graph shows it: strict, stateful, and wrong where Exchange is.

What the published description (OpenAPI, v1.0) does not know is an error here: another path, query option,
field or property. So is a request without immutable ids, or with another content type than JSON. Pages
hold two.
"""

import itertools
import json
import re
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from tests.fakes.web import Reply, Request, WebServer

BASE = "/v1.0"
ADDRESS = "partnership@police.example"
OTHER = "chief@police.example"

# microsoft.graph.outlookItem and microsoft.graph.message
MESSAGE = frozenset(
    re.findall(
        r"\w+",
        """
        id categories changeKey createdDateTime lastModifiedDateTime bccRecipients body bodyPreview
        ccRecipients conversationId conversationIndex flag from hasAttachments importance
        inferenceClassification internetMessageHeaders internetMessageId isDeliveryReceiptRequested
        isDraft isRead isReadReceiptRequested parentFolderId receivedDateTime replyTo sender
        sentDateTime subject toRecipients uniqueBody webLink attachments extensions
        multiValueExtendedProperties singleValueExtendedProperties
        """,
    )
)
# microsoft.graph.mailFolder
FOLDER = frozenset(
    re.findall(
        r"\w+",
        """
        id childFolderCount displayName isHidden parentFolderId totalItemCount unreadItemCount
        childFolders messageRules messages multiValueExtendedProperties singleValueExtendedProperties
        """,
    )
)
WRITABLE = MESSAGE - {"id", "changeKey", "createdDateTime", "lastModifiedDateTime", "bodyPreview", "webLink"}
LIST = {"$select", "$top", "$skip", "$orderby"}
PROPERTY = re.compile(r"(Integer|String|Boolean|Binary|SystemTime) 0x[0-9A-F]{1,4}")


@dataclass
class Folder:
    """A mail folder."""

    id: str
    name: str
    parent: str


@dataclass
class Item:
    """A message."""

    id: str
    folder: str
    data: bytes
    received: datetime
    read: bool = False


@dataclass
class Mailbox:
    """What one address holds."""

    folders: dict[str, Folder] = field(default_factory=dict)
    items: dict[str, Item] = field(default_factory=dict)


class GraphError(Exception):
    """What Graph answers when it refuses."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


class GraphServer(WebServer):
    """See the module. `poison` holds ids that break each page they would stand in."""

    def __init__(self, context: ssl.SSLContext | None = None, page: int = 2, name: str = "") -> None:
        super().__init__(context)
        self.page = page
        self.name = name  # of the host, where it is reached by a proxy
        self.accepts: Callable[[str], bool] = lambda token: token == "good-token"
        self.poison: set[str] = set()
        self.unserved: set[str] = set()
        self.sent: list[dict[str, Any]] = []
        self._numbers = itertools.count(1)
        self.mailboxes = {ADDRESS: self._mailbox(), OTHER: self._mailbox()}
        self.denied = {OTHER}
        self.known: dict[
            str, str
        ] = {}  # ids by what every language calls a folder, where its name is another
        self.at = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)  # of the last arrival
        self.regenerates = False

    @property
    def base_url(self) -> str:
        """What is configured."""
        return self.origin + BASE

    @property
    def box(self) -> Mailbox:
        """The mailbox that is read."""
        return self.mailboxes[ADDRESS]

    # What other people do

    def deliver(self, data: bytes) -> str:
        """A message arrives; its id."""
        with self.lock:
            self.at += timedelta(seconds=1)
            item = Item(self._id(), self.folder("inbox"), data, self.at)
            self.box.items[item.id] = item
            return item.id

    def folder(self, name: str) -> str:
        """The id of a folder by its name."""
        return next(one.id for one in self.box.folders.values() if one.name.lower() == name.lower())

    def within(self, name: str) -> list[Item]:
        """What a folder holds; nothing where there is none."""
        with self.lock:
            ids = {one.id for one in self.box.folders.values() if one.name.lower() == name.lower()}
            return sorted(
                (one for one in self.box.items.values() if one.folder in ids), key=lambda one: one.received
            )

    # What the server does

    def answer(self, request: Request) -> Reply:
        try:
            with self.lock:
                return self._route(request)
        except GraphError as error:
            return Reply.json({"error": {"code": error.code, "message": "text of the server"}}, error.status)

    def _route(self, request: Request) -> Reply:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or not self.accepts(token):
            raise GraphError(401, "InvalidAuthenticationToken")
        if 'idtype="immutableid"' not in request.headers.get("prefer", "").lower():
            raise GraphError(400, "PreferIsMissing")
        if request.method == "POST" and request.headers.get("content-type") != "application/json":
            raise GraphError(415, "UnsupportedMediaType")
        steps = request.steps
        if len(steps) < 4 or steps[:2] != ["v1.0", "users"]:
            raise GraphError(400, "BadRequest")
        if steps[2] not in self.mailboxes:
            raise GraphError(404, "ErrorInvalidUser")
        if steps[2] in self.denied:
            raise GraphError(403, "ErrorAccessDenied")
        return self._within(self.mailboxes[steps[2]], request, steps[3:])

    def _within(self, box: Mailbox, request: Request, steps: list[str]) -> Reply:
        match (request.method, *steps):
            case ("GET", "mailFolders"):
                return self._folders(box, request, "")
            case ("POST", "mailFolders"):
                return self._make(box, request, "")
            case ("GET", "mailFolders", known):
                self._options(request, {"$select"})
                return Reply.json(self._shown(self._as_folder(box, self._find(box, known)), request, FOLDER))
            case ("GET", "mailFolders", known, "childFolders"):
                return self._folders(box, request, self._find(box, known).id)
            case ("POST", "mailFolders", known, "childFolders"):
                return self._make(box, request, self._find(box, known).id)
            case ("GET", "mailFolders", known, "messages"):
                return self._messages(box, request, self._find(box, known).id)
            case ("GET", "messages", known):
                self._options(request, {"$select"})
                return Reply.json(self._shown(self._as_message(self._item(box, known)), request, MESSAGE))
            case ("GET", "messages", known, "$value"):
                return self._value(box, request, known)
            case ("POST", "messages", known, "move"):
                return self._move(box, request, known)
            case ("POST", "sendMail"):
                return self._send(request)
        raise GraphError(400, "BadRequest")

    def _messages(self, box: Mailbox, request: Request, folder: str) -> Reply:
        self._options(request, LIST)
        if request.query.get("$orderby", "receivedDateTime") not in (
            "receivedDateTime",
            "receivedDateTime asc",
        ):
            raise GraphError(400, "BadRequest")
        items = sorted(
            (one for one in box.items.values() if one.folder == folder), key=lambda one: one.received
        )
        page, more = self._paged(request, items)
        if any(one.id in self.poison for one in page):
            raise GraphError(500, "ErrorInternalServerError")
        return self._listed([self._shown(self._as_message(one), request, MESSAGE) for one in page], more)

    def _folders(self, box: Mailbox, request: Request, parent: str) -> Reply:
        self._options(request, {"$select", "$top", "$skip"})
        page, more = self._paged(request, [one for one in box.folders.values() if one.parent == parent])
        return self._listed([self._shown(self._as_folder(box, one), request, FOLDER) for one in page], more)

    def _make(self, box: Mailbox, request: Request, parent: str) -> Reply:
        body = self._body(request, {"displayName", "isHidden"})
        name = body.get("displayName", "")
        if any(one.parent == parent and one.name.lower() == name.lower() for one in box.folders.values()):
            raise GraphError(409, "ErrorFolderExists")
        folder = self._new_folder(box, name, parent)
        return Reply.json(self._as_folder(box, folder), 201)

    def _value(self, box: Mailbox, request: Request, known: str) -> Reply:
        self._options(request, set())
        item = self._item(box, known)
        if item.id in self.unserved:
            raise GraphError(500, "ErrorMimeContentConversionFailed")
        data = item.data
        if self.regenerates:
            data = b"X-Generated: %d\r\n" % next(self._numbers) + data
        return Reply(200, data, {"Content-Type": "text/plain"})

    def _move(self, box: Mailbox, request: Request, known: str) -> Reply:
        self._options(request, set())
        item = self._item(box, known)
        target = self._find(box, self._body(request, {"destinationId"})["destinationId"])
        item.folder = target.id  # the immutable id stays
        return Reply.json(self._as_message(item), 201)

    def _send(self, request: Request) -> Reply:
        body = self._body(request, {"message", "saveToSentItems"})
        message = body["message"]
        if set(message) - WRITABLE or not isinstance(body.get("saveToSentItems", True), bool):
            raise GraphError(400, "RequestBodyRead")
        if set(message["body"]) != {"contentType", "content"} or message["body"]["contentType"] not in (
            "text",
            "html",
        ):
            raise GraphError(400, "RequestBodyRead")
        headers = message.get("internetMessageHeaders", [])
        if len(headers) > 5 or not all(one["name"].lower().startswith("x-") for one in headers):
            raise GraphError(400, "InvalidInternetMessageHeader")
        if not all(PROPERTY.fullmatch(one["id"]) for one in message.get("singleValueExtendedProperties", [])):
            raise GraphError(400, "ErrorInvalidProperty")
        addresses = [one["emailAddress"]["address"] for one in message["toRecipients"]]
        if not addresses or not all("@" in one for one in addresses):
            raise GraphError(400, "ErrorInvalidRecipients")
        self.sent.append(body)
        return Reply(202)

    # Shapes

    def _options(self, request: Request, known: set[str]) -> None:
        if set(request.query) - known:
            raise GraphError(400, "UnknownQueryOption")

    def _body(self, request: Request, known: set[str]) -> dict[str, Any]:
        try:
            body: dict[str, Any] = json.loads(request.body)
        except ValueError:
            raise GraphError(400, "RequestBodyRead") from None
        if set(body) - known:
            raise GraphError(400, "RequestBodyRead")
        return body

    def _paged(self, request: Request, all_of_them: list[Any]) -> tuple[list[Any], str]:
        skip, top = int(request.query.get("$skip", "0")), int(request.query.get("$top", "10"))
        if not 1 <= top <= 1000 or skip < 0:
            raise GraphError(400, "BadRequest")
        size = min(top, self.page)
        page = all_of_them[skip : skip + size]
        if skip + size >= len(all_of_them):
            return page, ""
        query = urlencode(dict(request.query) | {"$skip": str(skip + size)})
        origin = f"https://{self.name}" if self.name else self.origin
        return page, f"{origin}{request.path}?{query}"

    def _listed(self, values: list[Any], more: str) -> Reply:
        return Reply.json({"value": values} | ({"@odata.nextLink": more} if more else {}))

    def _shown(self, values: dict[str, Any], request: Request, known: frozenset[str]) -> dict[str, Any]:
        wanted = request.query.get("$select", "")
        fields = wanted.split(",") if wanted else list(values)
        if set(fields) - known:
            raise GraphError(400, "UnknownProperty")
        return {"id": values["id"]} | {name: values[name] for name in fields if name in values}

    def _as_message(self, item: Item) -> dict[str, Any]:
        return {
            "id": item.id,
            "parentFolderId": item.folder,
            "receivedDateTime": item.received.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "isRead": item.read,
        }

    def _as_folder(self, box: Mailbox, folder: Folder) -> dict[str, Any]:
        held = [one for one in box.items.values() if one.folder == folder.id]
        return {
            "id": folder.id,
            "displayName": folder.name,
            "parentFolderId": folder.parent,
            "totalItemCount": len(held),
            "unreadItemCount": sum(not one.read for one in held),
        }

    def _find(self, box: Mailbox, known: str) -> Folder:
        known = self.known.get(known, known)
        if known in box.folders:
            return box.folders[known]
        for folder in box.folders.values():
            if known in ("inbox", "sentitems") and folder.name.replace(" ", "").lower() == known:
                return folder
        raise GraphError(404, "ErrorItemNotFound")

    def _item(self, box: Mailbox, known: str) -> Item:
        if not known.startswith("AAkA"):
            raise GraphError(400, "ErrorInvalidIdMalformed")
        if known not in box.items:
            raise GraphError(404, "ErrorItemNotFound")
        return box.items[known]

    def _mailbox(self) -> Mailbox:
        box = Mailbox()
        for name in ("Archive", "Inbox", "Sent Items"):
            self._new_folder(box, name, "")
        return box

    def _new_folder(self, box: Mailbox, name: str, parent: str) -> Folder:
        folder = Folder(self._id(), name, parent)
        box.folders[folder.id] = folder
        return folder

    def _id(self) -> str:
        """Case counts, and so do the marks: ids that differ in nothing else are different."""
        number = next(self._numbers)
        return f"AAkALgAAAAAAHYQDEap_c2-{'aA'[number % 2]}{number:06}AAA="
