"""The banner that says: what is to be told cannot leave."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from helpdesk.models import Agent
from helpdesk.outbox import mail_server
from helpdesk.outbox.ways_out import Obstacle, obstacles
from helpdesk.pages.frame.viewer import now_of


def banner(request: HttpRequest) -> SafeString:
    """Say since when mail cannot leave, or is held, and to admins which mailboxes and webhooks do not answer."""
    found = obstacles()
    held_since = next((one.down_since for one in found if not one.name), None)
    ways = [one for one in found if one.name]
    mail = [way for way in ways if way.name == mail_server.way_out()]
    others = [way for way in ways if way not in mail] if _is_admin(request) else []
    if not (mail or others or held_since):
        return SafeString()
    told = {"mail": mail, "held_since": held_since, "is_admin": _is_admin(request), "now": now_of(request)}
    mailboxes, webhooks = _apart(others)
    return render_to_string(
        "helpdesk/parts/outbox_banner.html", {**told, "mailboxes": mailboxes, "webhooks": webhooks}
    )


def _apart(ways: list[Obstacle]) -> tuple[list[Obstacle], list[Obstacle]]:
    """Return the ways out of mailboxes, and those of webhooks."""
    mailboxes = [way for way in ways if mail_server.is_way_of_mail(way.name)]
    return mailboxes, [way for way in ways if way not in mailboxes]


def _is_admin(request: HttpRequest) -> bool:
    return isinstance(request.user, Agent) and request.user.is_admin
