"""The fakes of Exchange are strict: what the published descriptions do not know is an error."""

from typing import Any

import pytest
import requests

from tests.fakes.ews import SOAP, EwsServer, M, T
from tests.fakes.graph import ADDRESS, OTHER, GraphServer
from tests.servers.exchange import ews_client

GOOD = {"Authorization": "Bearer good-token", "Prefer": 'IdType="ImmutableId"'}
MAIL = {
    "message": {
        "subject": "x",
        "body": {"contentType": "text", "content": "x"},
        "toRecipients": [{"emailAddress": {"address": "a@school.example"}}],
    }
}


def asked(server: GraphServer, method: str, path: str, user: str = ADDRESS, **how: Any) -> tuple[int, str]:
    """The status and the code of the error."""
    headers = GOOD | how.pop("headers", {})
    reply = requests.request(
        method, f"{server.base_url}/users/{user}{path}", headers=headers, timeout=60, **how
    )
    return reply.status_code, reply.json()["error"]["code"] if reply.status_code >= 400 else ""


@pytest.mark.parametrize(
    ("method", "path", "how", "answer"),
    [
        ("GET", "/mailFolders/inbox", {}, (200, "")),
        ("GET", "/mailFolders/inbox", {"headers": {"Prefer": ""}}, (400, "PreferIsMissing")),
        ("GET", "/mailFolders/inbox", {"headers": {"Prefer": 'IdType="Other"'}}, (400, "PreferIsMissing")),
        (
            "GET",
            "/mailFolders/inbox",
            {"headers": {"Authorization": "Bearer bad"}},
            (401, "InvalidAuthenticationToken"),
        ),
        ("GET", "/mailFolders/inbox", {"user": OTHER}, (403, "ErrorAccessDenied")),
        ("GET", "/mailFolders/inbox", {"user": "nobody@police.example"}, (404, "ErrorInvalidUser")),
        ("GET", "/mailFolders/inbox?$select=id,colour", {}, (400, "UnknownProperty")),
        ("GET", "/mailFolders/inbox?$expand=messages", {}, (400, "UnknownQueryOption")),
        ("GET", "/mailFolders/inbox/messages?$filter=isRead", {}, (400, "UnknownQueryOption")),
        ("GET", "/mailFolders/inbox/messages?$orderby=subject", {}, (400, "BadRequest")),
        ("GET", "/mailFolders/inbox/messages?$top=1001", {}, (400, "BadRequest")),
        ("GET", "/mailFolders/nowhere/messages", {}, (404, "ErrorItemNotFound")),
        ("GET", "/messages/short/$value", {}, (400, "ErrorInvalidIdMalformed")),
        ("DELETE", "/messages/AAkA", {}, (400, "BadRequest")),
        ("GET", "/outlook/messages", {}, (400, "BadRequest")),
        ("POST", "/mailFolders", {"data": "displayName=x"}, (415, "UnsupportedMediaType")),
        ("POST", "/mailFolders", {"json": {"displayName": "x", "colour": "red"}}, (400, "RequestBodyRead")),
        ("POST", "/mailFolders", {"json": {"displayName": "archive"}}, (409, "ErrorFolderExists")),
        ("POST", "/sendMail", {"json": MAIL}, (202, "")),
        ("POST", "/sendMail", {"json": MAIL | {"saveToSentItems": "no"}}, (400, "RequestBodyRead")),
        (
            "POST",
            "/sendMail",
            {"json": {"message": MAIL["message"] | {"inReplyTo": "x"}}},
            (400, "RequestBodyRead"),
        ),
        (
            "POST",
            "/sendMail",
            {"json": {"message": MAIL["message"] | {"internetMessageHeaders": [{"name": "Auto-Submitted"}]}}},
            (400, "InvalidInternetMessageHeader"),
        ),
        (
            "POST",
            "/sendMail",
            {"json": {"message": MAIL["message"] | {"toRecipients": []}}},
            (400, "ErrorInvalidRecipients"),
        ),
    ],
)
def test_graph_knows_what_is_published(
    method: str, path: str, how: dict[str, Any], answer: tuple[int, str], graph_server: GraphServer
) -> None:
    """Anything else is refused, and nothing is sent or made by it."""
    assert answer == asked(graph_server, method, path, **how)
    assert (answer[0] == 202) == bool(graph_server.sent)


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        ("<m:SubscribeToEverything/>", "ErrorInvalidRequest"),
        ('<m:FindFolder Traversal="Deep"><m:ParentFolderIds/></m:FindFolder>', "ErrorInvalidOperation"),
        (
            '<m:GetFolder><m:FolderIds><t:DistinguishedFolderId Id="junk"/></m:FolderIds></m:GetFolder>',
            "ErrorInvalidIdMalformed",
        ),
        (
            '<m:GetFolder><m:FolderIds><t:FolderId Id="AAMk"/></m:FolderIds></m:GetFolder>',
            "ErrorFolderNotFound",
        ),
        ('<m:CreateItem MessageDisposition="SaveOnly"/>', "ErrorInvalidOperation"),
        (
            (
                '<m:CreateItem MessageDisposition="SendOnly"><m:Items><t:Message><t:Culture/></t:Message>'
                "</m:Items></m:CreateItem>"
            ),
            "ErrorInvalidPropertySet",
        ),
    ],
)
def test_ews_knows_what_it_is_asked(operation: str, code: str, ews_server: EwsServer) -> None:
    """Another operation, folder or property is an error of the protocol's own."""
    assert code in spoken(ews_server, operation)
    assert [] == ews_server.sent


def test_ews_wants_the_version(ews_server: EwsServer) -> None:
    """A request that does not say for which version it is written is refused; our client says it."""
    assert "ErrorInvalidRequest" in spoken(ews_server, "<m:GetFolder/>", header="")

    ews_client(ews_server, version="2016").ask(lambda account: account.inbox)
    assert b'Version="Exchange2016"' in ews_server.requests[-1].body


def spoken(
    server: EwsServer, operation: str, header: str = '<t:RequestServerVersion Version="Exchange2016"/>'
) -> str:
    """What the server answers to this operation, once somebody is signed in."""
    client = ews_client(server)
    envelope = (
        f'<s:Envelope xmlns:s="{SOAP}" xmlns:m="{M}" xmlns:t="{T}"><s:Header>{header}</s:Header>'
        f"<s:Body>{operation}</s:Body></s:Envelope>"
    )

    def post(account: Any) -> str:
        session = account.protocol.get_session()
        kind = {"Content-Type": "text/xml; charset=utf-8"}
        return str(session.post(server.url, data=envelope.encode(), headers=kind).text)

    return client.ask_once(post)
