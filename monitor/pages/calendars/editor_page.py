"""Changing a calendar: what is typed is kept, added to, and looked at before anybody publishes it."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from helpdesk.pages.frame.permission import admins_only
from helpdesk.pages.frame.viewer import agent_of, now_of, zones
from monitor.models import Calendar, CalendarVersion
from monitor.pages.calendars import editor_steps, publication_page
from monitor.pages.calendars.editor import LOCAL, CalendarEditor, written
from monitor.promises import in_force, versions
from monitor.promises.draft import CalendarDraft
from monitor.promises.hours.hours_spelling import parts_of
from monitor.promises.hours.missing_holidays import missing_years
from monitor.promises.policies import reviewed_drafts

OF_DATES: Final = ("holidays", "file")
"""The steps that lead to a place's dates, where what they have done is said."""
USUAL: Final = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


@login_required
@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Make a calendar; nothing is kept of it before it is published."""
    spec = {"timezone": agent_of(request).timezone, "weekly": USUAL}
    return _edit(request, None, spec)


@login_required
@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, number: int) -> HttpResponse:
    """Change a calendar, beginning with what is in force; a version is added, and none is ever edited."""
    calendar = get_object_or_404(Calendar, pk=number)
    version = in_force.hours_in_force(calendar, now_of(request))
    return _edit(request, calendar, version.spec if version else {"weekly": USUAL})


def _edit(request: HttpRequest, calendar: Calendar | None, spec: dict[str, Any]) -> HttpResponse:
    if request.method != "POST":
        return _page(request, calendar, spec, *_begun(request, calendar, spec))
    typed = request.POST.dict()
    if "draft" in typed:
        return _page(request, calendar, spec, _of_draft(typed["draft"], calendar, spec), [])
    if step := editor_steps.read_step(typed.get("do") or _reading(request), typed):
        file = request.FILES.get(f"p{step.place}-file")
        taken = editor_steps.take(
            step, typed, file if isinstance(file, UploadedFile) else None, now_of(request)
        )
        return _page(request, calendar, spec, *taken, at=step.place if step.kind in OF_DATES else None)
    return _looked_at(request, calendar, spec, typed)


def _looked_at(
    request: HttpRequest, calendar: Calendar | None, spec: dict[str, Any], typed: dict[str, str]
) -> HttpResponse:
    """Show what would be published, or what is wrong with what was typed."""
    editor = _editor(request, calendar, spec, typed, check=True)
    if editor.is_valid():
        try:
            return publication_page.preview(request, editor.draft)
        except versions.BadVersion as bad:
            editor.beginning.add_error(None, str(bad))
    return _show(request, editor, [], status=422)


def _begun(
    request: HttpRequest, calendar: Calendar | None, spec: dict[str, Any]
) -> tuple[dict[str, str], list[str]]:
    """Return what the page begins with; where that is asked for, with the holidays that are missing."""
    typed, said = written(spec, seen=_newest(calendar)), list[str]()
    if "missing" not in request.GET:
        return typed, said
    for place, part in enumerate(parts_of(spec)):
        for lacks in missing_years(part, today=now_of(request).date()):
            typed, told = editor_steps.with_holidays(typed, place, lacks.country, lacks.region, lacks.year)
            said += told
    return typed, said


def _reading(request: HttpRequest) -> str:
    """Read a file that was chosen before anything else is done: a browser would forget it."""
    chosen = next((name for name in request.FILES if name.endswith("-file")), "")
    return f"file {chosen.removeprefix('p').removesuffix('-file')}" if chosen else ""


def _of_draft(told: str, calendar: Calendar | None, spec: dict[str, Any]) -> dict[str, str]:
    """Return a draft as it was typed; what is in force, where it cannot be read."""
    try:
        found = reviewed_drafts.read(told)[0]
    except reviewed_drafts.UnreadableDraft:
        return written(spec, seen=_newest(calendar))
    if not isinstance(found, CalendarDraft):
        return written(spec, seen=_newest(calendar))
    begins = f"{timezone.localtime(found.effective_at):{LOCAL}}" if found.effective_at else ""
    return written(found.spec, seen=found.seen or 0, name=found.name, effective_at=begins)


def _page(
    request: HttpRequest,
    calendar: Calendar | None,
    spec: dict[str, Any],
    typed: dict[str, str],
    said: list[str],
    *,
    at: int | None = None,
) -> HttpResponse:
    return _show(request, _editor(request, calendar, spec, typed), said, at=at)


def _editor(
    request: HttpRequest,
    calendar: Calendar | None,
    spec: dict[str, Any],
    typed: dict[str, str],
    *,
    check: bool = False,
) -> CalendarEditor:
    return CalendarEditor(typed, calendar=calendar, known=spec, now=now_of(request), check=check)


def _show(
    request: HttpRequest,
    editor: CalendarEditor,
    said: list[str],
    *,
    at: int | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the editor, with what is to be `said` at the top, or `at` a place, beside its dates."""
    now = now_of(request)
    planned = in_force.planned_after(now).calendars
    context = {
        "editor": editor,
        "calendar": editor.calendar,
        "said": said,
        "said_at": at,
        "zones": [name for name, _words in zones()],
        "planned": [one for one in planned if editor.calendar and one.calendar_id == editor.calendar.pk],
        "newer": _newer(editor),
        "this_year": str(now.year),
        "now": now,
    }
    return render(request, "monitor/calendars/editor.html", context, status=status)


def _newer(editor: CalendarEditor) -> CalendarVersion | None:
    """Return the newest version, where somebody has published it since the page was opened."""
    if editor.calendar is None or not editor.seen.isdecimal():
        return None
    newest = editor.calendar.versions.order_by("-version").first()
    return newest if newest and newest.version > int(editor.seen) else None


def _newest(calendar: Calendar | None) -> int:
    found = calendar.versions.aggregate(newest=Max("version"))["newest"] if calendar else None
    return found or 0
