"""
The auditors' pages: the chain, one item's history to be printed, an export, and whether the chain holds.

Ids, names of people of the console, and codes; no content. An export is itself a disclosure, and on record.
"""

import json
from collections.abc import Iterator

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from mailbot.domain.roles import Permission
from mailbot.errors import Declined
from mailbot.store import audit
from mailbot.store.audit import Action, Link
from mailbot.web import forms, trail
from mailbot.web.desk import Desk
from mailbot.web.guards import person
from mailbot.web.routes import page
from mailbot.web.trail import Wanted


class ExportForm(forms.Form):
    """What is exported stands in the address."""

    export = forms.button("Export these entries", secondary=True)


class VerifyForm(forms.Form):
    """The whole chain, which takes a while where it is long."""

    verify = forms.button("Check the whole chain", secondary=True)


def wanted() -> Wanted:
    """What the address asks for."""
    asked = {name: request.args.get(name, "").strip()[:120] for name in ("item", "actor", "action")}
    if asked["action"] not in {action.value for action in Action}:
        asked["action"] = ""
    return Wanted(**asked)


class Audit:
    """See the module."""

    name = "audit"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @page("/audit", Permission.AUDIT_SEE)
    def all(self) -> str:
        """The newest entries, or those of an item, a person, a kind of act."""
        return self._list(None)

    @page("/audit/verify", Permission.AUDIT_SEE, "POST")
    def verify(self) -> str:
        """Check every entry against the one before."""
        with self._desk.store.look() as db:
            verdict = audit.verify(db, self._desk.vault.keyring)
        return self._list(verdict)

    @page("/audit/items", Permission.AUDIT_SEE)
    def go(self) -> Answer:
        """From the field for an id to its page."""
        return redirect(url_for("audit.item", item_id=request.args.get("item", "").strip()[:64] or "none"))

    @page("/audit/items/<item_id>", Permission.AUDIT_SEE)
    def item(self, item_id: str) -> str:
        """Everything that was done to an item, and who could have seen it."""
        with self._desk.store.look() as db:
            since = trail.opened_at(db, item_id)
            if since is None:
                raise Declined("unknown")
            links = trail.history(db, item_id)
            could = trail.who_could(db, Permission.ITEM_SEE, since)
            state = audit.verify_end(db, self._desk.vault.keyring)
        return render_template(
            "web/audit_item.html",
            item_id=item_id,
            links=links,
            could=could,
            since=since,
            state=state,
            longest=trail.LONGEST,
            now=self._desk.clock(),
        )

    @page("/audit/export", Permission.AUDIT_EXPORT, "POST")
    def export(self) -> Response:
        """The entries as JSON lines, with what proves them."""
        asked, who, now = wanted(), person(), self._desk.clock()
        with self._desk.store.unit() as unit:
            what = "item" if asked.item else "person" if asked.actor else "chain"
            unit.audit(who.name, Action.DISCLOSURE, asked.item or "audit", now, what=f"audit_export_{what}")
        headers = {"Content-Disposition": f'attachment; filename="audit-{now:%Y%m%d-%H%M%S}.jsonl"'}
        return Response(self._lines(asked), mimetype="application/octet-stream", headers=headers)

    def _lines(self, asked: Wanted) -> Iterator[str]:
        for link in trail.export(self._desk.store, asked):
            plain = {"seq": link.seq, **link.entry._asdict(), "prev": link.prev, "mac": link.mac}
            yield json.dumps(plain | {"detail": json.loads(link.entry.detail)}) + "\n"

    def _list(self, verdict: audit.Verdict | None) -> str:
        asked = wanted()
        before = request.args.get("before", type=int)
        with self._desk.store.look() as db:
            found = trail.find(db, asked, before)
            state = audit.verify_end(db, self._desk.vault.keyring)
            head = audit.head(db)
        links: list[Link] = found[: trail.PAGE]
        return render_template(
            "web/audit.html",
            links=links,
            older=links[-1].seq if len(found) > trail.PAGE else None,
            asked=asked,
            state=state,
            head=head,
            verdict=verdict,
            actions=list(Action),
            export=ExportForm(),
            verify=VerifyForm(),
        )
