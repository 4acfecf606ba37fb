"""The banner that says: nobody is watching."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from helpdesk.pages.frame.viewer import now_of
from monitor.watch import watchmen


def banner(request: HttpRequest) -> SafeString:
    """Say since when alarms are left alone, or else since when nobody looks for them; nothing where all is well."""
    now = now_of(request)
    neglect = watchmen.neglect(now)
    if neglect.overdue_since is None and neglect.silent_since is None:
        return SafeString()
    return render_to_string("monitor/parts/late_banner.html", {**neglect._asdict(), "now": now})
