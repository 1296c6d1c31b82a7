"""
An Exchange server of one's own as EWS shows it: SOAP, strict and stateful, behind real NTLM.

An operation, folder, property or shape that is not known here is an error, as is a request without a server
version or for another mailbox. Pages hold two; ids change when an item moves, search keys do not.
"""

import base64
import itertools
import os
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import spnego
from lxml import etree

from tests.fakes.web import Reply, Request, WebServer

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
M = "http://schemas.microsoft.com/exchange/services/2006/messages"
T = "http://schemas.microsoft.com/exchange/services/2006/types"
NS = {"s": SOAP, "m": M, "t": T}
PATH = "/EWS/Exchange.asmx"
ADDRESS = "partnership@police.example"
OTHER = "chief@police.example"
USER, PASSWORD = "FORCE\\svc-mailbot", "ews-password-8"
DISTINGUISHED = {"root", "msgfolderroot", "inbox", "sentitems"}
CREATED = {
    "MimeContent", "ItemClass", "Subject", "Sensitivity", "Importance", "ReminderIsSet",
    "ReminderMinutesBeforeStart", "ToRecipients", "IsReadReceiptRequested", "IsDeliveryReceiptRequested",
    "IsRead", "IsResponseRequested",
}  # fmt: skip
FIELDS = {"item:DateTimeReceived", "item:Size", "item:MimeContent"}


@dataclass
class Folder:
    """A folder."""

    id: str
    name: str
    parent: str
    known_as: str = ""


@dataclass
class Item:
    """A message; `key` is its search key."""

    id: str
    key: bytes
    folder: str
    data: bytes
    received: datetime
    read: bool = False
    kind: str = "Message"  # the element that it is shown as


class EwsError(Exception):
    """A response code of the server."""


class EwsServer(WebServer):
    """See the module; `unserved` holds search keys whose content cannot be made, `unmovable` the refusals."""

    def __init__(self, folder: Path, context: ssl.SSLContext | None = None) -> None:
        super().__init__(context)
        self.page = 2
        self.circles = 0  # how often a page after the first leads to itself
        self.certificates = False  # whether TLS has asked who it is, so that NTLM need not
        self.keys = True  # whether search keys are told
        self.regenerates = False
        self.open_too = False  # whether the other mailbox may be read
        self.unserved: set[bytes] = set()
        self.unmovable: dict[bytes, str] = {}
        self.sent: list[tuple[bytes, list[str], bool]] = []
        self.impersonated: set[str] = set()
        self.at = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)
        self._numbers = itertools.count(1)
        self.folders: dict[str, Folder] = {}
        self.items: dict[str, Item] = {}
        root = self._new("root", "", "root")
        top = self._new("Top of Information Store", root.id, "msgfolderroot")
        self._new("Archive", top.id)
        self._new("Posteingang", top.id, "inbox")  # names are those of the mailbox's language
        self._new("Gesendet", top.id, "sentitems")
        domain, _, user = USER.partition("\\")
        self._users = folder / "ntlm-users"
        self._users.write_text(f"{domain}:{user}:{PASSWORD}\n")

    @property
    def url(self) -> str:
        """What is configured."""
        return self.origin + PATH

    # What other people do

    def deliver(self, data: bytes) -> str:
        """A message arrives; its id."""
        with self.lock:
            self.at += timedelta(seconds=1)
            number = next(self._numbers)
            item = Item(self._id(), b"key-%012d" % number, self.folder("inbox"), data, self.at)
            self.items[item.id] = item
            return item.id

    def folder(self, name: str) -> str:
        """The id of a folder, by its name or by what every language calls it."""
        lower = name.lower()
        return next(one.id for one in self.folders.values() if lower in (one.name.lower(), one.known_as))

    def within(self, name: str) -> list[Item]:
        """What a folder holds; nothing where there is none."""
        with self.lock:
            lower = name.lower()
            ids = {one.id for one in self.folders.values() if lower in (one.name.lower(), one.known_as)}
            return sorted(
                (one for one in self.items.values() if one.folder in ids), key=lambda one: one.received
            )

    def move(self, item: Item, folder: str) -> None:
        """Somebody moves it; its id is another one then."""
        with self.lock:
            del self.items[item.id]
            item.id, item.folder = self._id(), self.folder(folder)
            self.items[item.id] = item

    # What the server does

    def answer(self, request: Request) -> Reply:
        if challenge := self._challenge(request):
            return challenge
        if request.method != "POST" or request.path != PATH:
            return Reply(404)
        if not request.headers.get("content-type", "").startswith("text/xml"):
            return Reply(415)
        envelope = etree.fromstring(request.body)
        if envelope.find("s:Header/t:RequestServerVersion", NS) is None:
            return _fault("ErrorInvalidRequest")
        for address in envelope.iterfind("s:Header//t:ConnectingSID/t:PrimarySmtpAddress", NS):
            self.impersonated.add(str(address.text))
        body = envelope.find("s:Body", NS)
        assert body is not None
        operation = body[0]
        name = etree.QName(operation).localname
        handlers: dict[str, Callable[[Any], list[str]]] = {
            "GetFolder": self._get_folder,
            "FindFolder": self._find_folder,
            "CreateFolder": self._create_folder,
            "FindItem": self._find_item,
            "GetItem": self._get_item,
            "MoveItem": self._move_item,
            "CreateItem": self._create_item,
        }
        if name not in handlers:
            return _fault("ErrorInvalidRequest")
        with self.lock:
            try:
                messages = handlers[name](operation)
            except EwsError as error:
                messages = [_error(str(error))]
        return _success(name, messages)

    def _challenge(self, request: Request) -> Reply | None:
        """NTLM, of the connection and not of the request; None when it is signed in."""
        if self.certificates:
            request.connection["user"] = USER
        if request.connection.get("user"):
            return None
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme != "NTLM":
            return Reply(401, b"who", {"WWW-Authenticate": "NTLM"})
        os.environ["NTLM_USER_FILE"] = str(self._users)
        try:
            if "context" not in request.connection:
                request.connection["context"] = spnego.server(
                    protocol="ntlm", options=spnego.NegotiateOptions.use_ntlm
                )
            context = request.connection["context"]
            answer = context.step(base64.b64decode(token))
        except spnego.exceptions.SpnegoError:
            request.connection.clear()
            return Reply(401, b"no", {"WWW-Authenticate": "NTLM"})
        if context.complete:
            request.connection["user"] = USER
            return None
        challenge = base64.b64encode(answer or b"").decode()
        return Reply(401, b"go on", {"WWW-Authenticate": f"NTLM {challenge}"})

    def _get_folder(self, operation: Any) -> list[str]:
        shown = [self._shown(self._asked(one)) for one in operation.find("m:FolderIds", NS)]
        return [_ok("GetFolder", f"<m:Folders>{one}</m:Folders>") for one in shown]

    def _find_folder(self, operation: Any) -> list[str]:
        if operation.get("Traversal") != "Shallow":
            raise EwsError("ErrorInvalidOperation")
        parent = self._asked(operation.find("m:ParentFolderIds", NS)[0])
        found = [self._shown(one) for one in self.folders.values() if one.parent == parent.id]
        inside = "".join(found)
        return [
            _ok(
                "FindFolder",
                f'<m:RootFolder IndexedPagingOffset="{len(found)}" TotalItemsInView="{len(found)}" '
                f'IncludesLastItemInRange="true"><t:Folders>{inside}</t:Folders></m:RootFolder>',
            )
        ]

    def _create_folder(self, operation: Any) -> list[str]:
        parent = self._asked(operation.find("m:ParentFolderId", NS)[0])
        made = []
        for folder in operation.find("m:Folders", NS):
            name = folder.findtext("t:DisplayName", namespaces=NS)
            if any(
                one.parent == parent.id and one.name.lower() == name.lower() for one in self.folders.values()
            ):
                raise EwsError("ErrorFolderExists")
            made.append(
                _ok("CreateFolder", f"<m:Folders>{self._shown(self._new(name, parent.id))}</m:Folders>")
            )
        return made

    def _find_item(self, operation: Any) -> list[str]:
        folder = self._asked(operation.find("m:ParentFolderIds", NS)[0])
        keys = self._properties(operation, "m:ItemShape")
        for order in operation.iterfind("m:SortOrder/t:FieldOrder/t:FieldURI", NS):
            if order.get("FieldURI") != "item:DateTimeReceived":
                raise EwsError("ErrorUnsupportedPathForSortGroup")
        view = operation.find("m:IndexedPageItemView", NS)
        offset, most = int(view.get("Offset")), int(view.get("MaxEntriesReturned"))
        held = sorted(
            (one for one in self.items.values() if one.folder == folder.id), key=lambda one: one.received
        )
        page = held[offset : offset + min(most, self.page)]
        items = "".join(self._listed(one, keys) for one in page)
        again = bool(offset and self.circles)
        self.circles -= again
        end = offset if again else offset + len(page)
        return [
            _ok(
                "FindItem",
                f'<m:RootFolder IndexedPagingOffset="{end}" TotalItemsInView="{len(held)}" '
                f'IncludesLastItemInRange="{str(end >= len(held)).lower()}">'
                f"<t:Items>{items}</t:Items></m:RootFolder>",
            )
        ]

    def _get_item(self, operation: Any) -> list[str]:
        self._properties(operation, "m:ItemShape")
        answers = []
        for asked in operation.find("m:ItemIds", NS):
            item = self.items.get(asked.get("Id"))
            if item is None:
                answers.append(_error("ErrorItemNotFound", "GetItem", "<m:Items/>"))
            elif item.key in self.unserved:
                answers.append(_error("ErrorMimeContentConversionFailed", "GetItem", "<m:Items/>"))
            else:
                data = (
                    b"X-Generated: %d\r\n" % next(self._numbers) + item.data
                    if self.regenerates
                    else item.data
                )
                mime = base64.b64encode(data).decode()
                inside = f'<t:MimeContent CharacterSet="UTF-8">{mime}</t:MimeContent>{_item_id(item)}'
                shown = f"<t:{item.kind}>{inside}</t:{item.kind}>"
                answers.append(_ok("GetItem", f"<m:Items>{shown}</m:Items>"))
        return answers

    def _move_item(self, operation: Any) -> list[str]:
        target = self._asked(operation.find("m:ToFolderId", NS)[0])
        answers = []
        for asked in operation.find("m:ItemIds", NS):
            item = self.items.get(asked.get("Id"))
            refusal = "ErrorItemNotFound" if item is None else self.unmovable.get(item.key)
            if item is None or refusal:
                answers.append(_error(str(refusal), "MoveItem", "<m:Items/>"))
                continue
            del self.items[item.id]
            item.id, item.folder = self._id(), target.id
            self.items[item.id] = item
            shown = f"<t:{item.kind}>{_item_id(item)}</t:{item.kind}>"
            answers.append(_ok("MoveItem", f"<m:Items>{shown}</m:Items>"))
        return answers

    def _create_item(self, operation: Any) -> list[str]:
        disposition = operation.get("MessageDisposition")
        if disposition not in ("SendOnly", "SendAndSaveCopy"):
            raise EwsError("ErrorInvalidOperation")
        for message in operation.find("m:Items", NS):
            names = [etree.QName(one).localname for one in message]
            if set(names) - CREATED:
                raise EwsError("ErrorInvalidPropertySet")
            data = base64.b64decode(message.findtext("t:MimeContent", namespaces=NS))
            to = [str(one.text) for one in message.iterfind("t:ToRecipients/t:Mailbox/t:EmailAddress", NS)]
            if not to:
                raise EwsError("ErrorInvalidRecipients")
            self.sent.append((data, to, disposition == "SendAndSaveCopy"))
        return [_ok("CreateItem", "<m:Items/>")]

    # Shapes

    def _asked(self, asked: Any) -> Folder:
        if etree.QName(asked).localname == "DistinguishedFolderId":
            address = asked.findtext("t:Mailbox/t:EmailAddress", namespaces=NS)
            if asked.get("Id") not in DISTINGUISHED:
                raise EwsError("ErrorInvalidIdMalformed")
            if address == OTHER and self.open_too:
                return Folder("AAMkOther=", "Inbox", "")
            if address == OTHER:
                raise EwsError("ErrorItemNotFound")  # what Exchange says of a folder that may not be seen
            if address not in (None, ADDRESS):
                raise EwsError("ErrorNonExistentMailbox")
            return next(one for one in self.folders.values() if one.known_as == asked.get("Id"))
        if asked.get("Id") not in self.folders:
            raise EwsError("ErrorFolderNotFound")
        return self.folders[asked.get("Id")]

    def _properties(self, operation: Any, shape: str) -> bool:
        """Whether search keys are asked for."""
        if operation.findtext(f"{shape}/t:BaseShape", namespaces=NS) != "IdOnly":
            raise EwsError("ErrorInvalidRequest")
        keys = False
        for asked in operation.iterfind(f"{shape}/t:AdditionalProperties/*", NS):
            if etree.QName(asked).localname == "ExtendedFieldURI":
                if asked.get("PropertyTag").lower() != "0x300b" or asked.get("PropertyType") != "Binary":
                    raise EwsError("ErrorInvalidExtendedProperty")
                keys = True
            elif asked.get("FieldURI") not in FIELDS:
                raise EwsError("ErrorInvalidPropertyRequest")
        return keys

    def _listed(self, item: Item, keys: bool) -> str:
        key = base64.b64encode(item.key).decode()
        extended = (
            '<t:ExtendedProperty><t:ExtendedFieldURI PropertyTag="0x300b" PropertyType="Binary"/>'
            f"<t:Value>{key}</t:Value></t:ExtendedProperty>"
        )
        return (
            f"<t:{item.kind}>{_item_id(item)}<t:DateTimeReceived>{item.received:%Y-%m-%dT%H:%M:%SZ}</t:DateTimeReceived>"
            f"<t:Size>{len(item.data)}</t:Size>{extended if keys and self.keys else ''}</t:{item.kind}>"
        )

    def _shown(self, folder: Folder) -> str:
        held = sum(one.folder == folder.id for one in self.items.values())
        children = sum(one.parent == folder.id for one in self.folders.values())
        known = (
            f"<t:DistinguishedFolderId>{folder.known_as}</t:DistinguishedFolderId>" if folder.known_as else ""
        )
        return (
            f'<t:Folder><t:FolderId Id="{folder.id}" ChangeKey="AQAAABY"/>'
            f'<t:ParentFolderId Id="{folder.parent}" ChangeKey="AQAAAA"/>'
            "<t:FolderClass>IPF.Note</t:FolderClass>"
            f"<t:DisplayName>{escape(folder.name)}</t:DisplayName><t:TotalCount>{held}</t:TotalCount>"
            f"<t:ChildFolderCount>{children}</t:ChildFolderCount>{known}<t:UnreadCount>0</t:UnreadCount></t:Folder>"
        )

    def _new(self, name: str, parent: str, known_as: str = "") -> Folder:
        folder = Folder(f"AAMkF{next(self._numbers):08}A=", name, parent, known_as)
        self.folders[folder.id] = folder
        return folder

    def _id(self) -> str:
        return f"AAMkAGI{next(self._numbers):08}+/A="


def _item_id(item: Item) -> str:
    return f'<t:ItemId Id="{item.id}" ChangeKey="CQAAABYAAAC"/>'


def _ok(name: str, inside: str) -> str:
    return (
        f'<m:{name}ResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode>'
        f"{inside}</m:{name}ResponseMessage>"
    )


def _error(code: str, name: str = "", inside: str = "") -> str:
    return (
        f'<m:{name or "%"}ResponseMessage ResponseClass="Error">'
        "<m:MessageText>words of the server</m:MessageText>"
        f"<m:ResponseCode>{code}</m:ResponseCode><m:DescriptiveLinkKey>0</m:DescriptiveLinkKey>"
        f"{inside}</m:{name or '%'}ResponseMessage>"
    )


def _success(name: str, messages: list[str]) -> Reply:
    inside = "".join(messages).replace("<m:%", f"<m:{name}").replace("</m:%", f"</m:{name}")
    return xml(f"<m:{name}Response><m:ResponseMessages>{inside}</m:ResponseMessages></m:{name}Response>")


def _fault(code: str) -> Reply:
    return fault(code)


def fault(code: str, back_off: int = 0) -> Reply:
    """A SOAP fault, as Exchange says that it is busy."""
    more = (
        f'<t:MessageXml><t:Value Name="BackOffMilliseconds">{back_off}</t:Value></t:MessageXml>'
        if back_off
        else ""
    )
    return xml(
        f"<s:Fault><faultcode>a:{code}</faultcode><faultstring>words of the server</faultstring><detail>"
        f'<e:ResponseCode xmlns:e="http://schemas.microsoft.com/exchange/services/2006/errors">{code}'
        f'</e:ResponseCode><e:Message xmlns:e="http://schemas.microsoft.com/exchange/services/2006/errors">'
        f"words</e:Message>{more}</detail></s:Fault>",
        500,
    )


def xml(body: str, status: int = 200) -> Reply:
    """An envelope."""
    version = (
        f'<h:ServerVersionInfo xmlns:h="{T}" MajorVersion="15" MinorVersion="2" MajorBuildNumber="1118" '
        'MinorBuildNumber="7" Version="V2017_07_11"/>'
    )
    text = (
        f'<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="{SOAP}" xmlns:m="{M}" xmlns:t="{T}">'
        f"<s:Header>{version}</s:Header><s:Body>{body}</s:Body></s:Envelope>"
    )
    return Reply(status, text.encode(), {"Content-Type": "text/xml; charset=utf-8"})
