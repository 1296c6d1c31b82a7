"""The monthly data report: drafts are made, a second person releases them."""

from flask import Response as File
from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from mailbot.config import load_partners
from mailbot.domain.roles import Permission
from mailbot.domain.states import ReportState
from mailbot.errors import Declined, NotPublishable
from mailbot.statistics import draft, flat, releases
from mailbot.statistics import page as printed
from mailbot.statistics.months import Month, month
from mailbot.statistics.releases import Report
from mailbot.web import forms
from mailbot.web.desk import Desk
from mailbot.web.guards import person
from mailbot.web.reporting import maker
from mailbot.web.routes import page


class MakeForm(forms.Form):
    """A new draft."""

    first = forms.text("Month", 7, hint="For example 2026-03")
    last = forms.text(
        "Until", 7, hint="For a table over several months, such as an answer to a request", required=False
    )
    make = forms.button("Make a draft")


class ReleaseForm(forms.Form):
    """What a second person does."""

    release = forms.button("Release it")


class Reports:
    """See the module."""

    name = "reports"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @page("/reports", Permission.STATISTICS_WORK)
    def all(self) -> str:
        """All of them, the newest period first."""
        return self._list(MakeForm())

    @page("/reports/make", Permission.STATISTICS_WORK, "POST")
    def make(self) -> str | Response | tuple[str, int]:
        """Count, protect, keep."""
        form = MakeForm()
        first, last = _month(form.first), _month(form.last) if form.last.data else None
        if not form.validate() or first is None or (form.last.data and last is None):
            form.first.errors = list(form.first.errors) or ["Write a month as 2026-03"]
            return self._list(form), 400
        kind = draft.TABLE if last else draft.MONTHLY
        directory = load_partners(self._desk.config.mailbot.partners)
        making = maker(self._desk.config, self._desk.store, directory)
        if last is not None and last < first:
            form.last.errors = ["The last month comes before the first"]
            return self._list(form), 400
        try:
            report_id = making.make(first, last or first, kind, person().name, self._desk.clock())
        except NotPublishable:
            raise Declined("not_publishable") from None
        return redirect(url_for("reports.one", report_id=report_id, said="draft"))

    @page("/reports/<report_id>", Permission.STATISTICS_WORK)
    def one(self, report_id: str) -> str:
        """Its tables and charts, and the button for a second person."""
        report = self._find(report_id)
        is_draft = report.state is ReportState.DRAFT
        return render_template(
            "web/report.html",
            report=report,
            own=report.made_by == person().name,
            release=ReleaseForm(),
            named=lambda rows: [(name, (number,)) for name, number in rows],
            **printed.content(report.public, draft=is_draft),
        )

    @page("/reports/<report_id>/release", Permission.STATISTICS_WORK, "POST")
    def release(self, report_id: str) -> Response:
        """Let it go, and freeze it."""
        with self._desk.store.unit() as unit:
            releases.release(unit, report_id, person().name, self._desk.clock())
        return redirect(url_for("reports.one", report_id=report_id, said="report"))

    @page("/reports/<report_id>/report.html", Permission.STATISTICS_WORK)
    def paper(self, report_id: str) -> File:
        """The page to print, as a file."""
        report = self._find(report_id)
        is_draft = report.state is ReportState.DRAFT
        text = printed.page(report.public, draft=is_draft, site=self._desk.config.mailbot.templates)
        return _file(text, "text/html", report, "html")

    @page("/reports/<report_id>/report.csv", Permission.STATISTICS_WORK)
    def csv(self, report_id: str) -> File:
        """The numbers, as a file."""
        report = self._find(report_id)
        return _file(flat.flat(report.public), "text/csv", report, "csv")

    def _find(self, report_id: str) -> Report:
        with self._desk.store.look() as db:
            found = releases.get(db, self._desk.vault, report_id)
        if found is None:
            raise Declined("unknown")
        return found

    def _list(self, form: MakeForm) -> str:
        with self._desk.store.look() as db:
            found = releases.every(db, self._desk.vault)
        return render_template("web/reports.html", reports=found, form=form)


def _month(field: object) -> Month | None:
    try:
        return month(getattr(field, "data", "") or "")
    except ValueError:
        return None


def _file(text: str, kind: str, report: Report, ending: str) -> File:
    public = report.public
    period = "-to-".join(dict.fromkeys((public.first, public.last)))
    name = f"report-{period}{'-draft' if report.state is ReportState.DRAFT else ''}.{ending}"
    answer = File(text, mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
