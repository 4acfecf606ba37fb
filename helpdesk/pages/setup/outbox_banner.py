"""The banner that says: what is to be told cannot leave."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from helpdesk.models import Agent
from helpdesk.outbox import mail_server
from helpdesk.outbox.ways_out import obstacles
from helpdesk.pages.frame.viewer import now_of


def banner(request: HttpRequest) -> SafeString:
    """Say since when mail cannot leave, or is held, and to admins which webhooks do not answer."""
    found = obstacles()
    held_since = next((one.down_since for one in found if not one.name), None)
    ways = [one for one in found if one.name]
    mail = [way for way in ways if way.name == mail_server.way_out()]
    others = [way for way in ways if way not in mail] if _is_admin(request) else []
    if not (mail or others or held_since):
        return SafeString()
    is_admin, now = _is_admin(request), now_of(request)
    told = {"mail": mail, "others": others, "held_since": held_since, "is_admin": is_admin, "now": now}
    return render_to_string("helpdesk/parts/outbox_banner.html", told)


def _is_admin(request: HttpRequest) -> bool:
    return isinstance(request.user, Agent) and request.user.is_admin
