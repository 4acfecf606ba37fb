"""What every page has around it: places, environment, banners, theme, and the hour."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from functools import partial
from typing import Any, Final, TypedDict

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from helpdesk.conversation.mentions import read_mentions
from helpdesk.models import Agent, Environment
from helpdesk.pages.frame import environment
from helpdesk.pages.frame.permission import oversees_any
from helpdesk.pages.frame.viewer import agent_of, now_of

logger = logging.getLogger(__name__)

LIVE_FRAME: Final = "helpdesk/live_frame.html"
"""What a page is rendered in, by the name `frame`, where a standing one asks for it anew."""

PLACES = (
    ("queue", _("Queue"), "u"),
    ("board", _("Service levels"), ""),
    ("policies", _("Promises"), ""),
    ("canned-replies", _("Canned replies"), ""),
    ("checklist", _("Set-up"), ""),
    ("people", _("People"), ""),
    ("set-aside-mail", _("Mail set aside"), ""),
    ("jobs", _("Jobs"), ""),
    ("security", _("Security"), ""),
)
ONLY_ADMIN = {"checklist", "jobs", "security"}
ONLY_OVERSEER = {"people", "policies", "set-aside-mail"}


class MenuEntry(TypedDict):
    """A link of the main navigation; `key` is its hot key."""

    url: str
    name: Any
    key: str


def shell(request: HttpRequest) -> dict[str, Any]:
    """Django's context processor for `helpdesk/base.html`."""
    agent = getattr(request, "user", None)
    if not isinstance(agent, Agent):
        return {"now": now_of(request)}
    shown = environment.current(request)
    return {
        "now": now_of(request),
        "theme": agent.theme,
        "navigation": partial(_places, request),  # a part of a page has none, and asks nothing for it
        "unread_mentions": partial(read_mentions.count_unread, agent),  # asked where a header stands
        "environment": shown,
        "environment_name": Environment(shown).label.capitalize(),
        "environments": Environment.choices,
        "asked_elsewhere": environment.asked_elsewhere(request),
        "banners": partial(banners, request),
    }


def _places(request: HttpRequest) -> Iterator[MenuEntry]:
    agent, oversees = agent_of(request), oversees_any(request)
    for view, name, key in PLACES:
        if view in ONLY_ADMIN and not agent.is_admin:
            continue
        if view in ONLY_OVERSEER and not oversees:
            continue
        try:
            yield MenuEntry(url=reverse(view), name=name, key=key)
        except NoReverseMatch:  # config decides which pages there are
            continue


def banners(request: HttpRequest) -> list[SafeString]:
    """Ask each callable of `settings.PAGE_BANNERS` for what everybody must know; a broken one is left out."""
    found = (_ask(path, request) for path in getattr(settings, "PAGE_BANNERS", ()))
    return [banner for banner in found if banner]


def _ask(path: str, request: HttpRequest) -> SafeString:
    try:
        banner: SafeString = import_string(path)(request)
    except Exception:
        logger.exception("a banner failed: %s", path)
        return SafeString()
    return banner


@require_safe
@cache_control(public=True, max_age=86_400)
def favicon(request: HttpRequest) -> HttpResponse:
    """Lead to the icon whoever looks for one at the usual place: browsers do, on pages that name none."""
    return HttpResponseRedirect(static("helpdesk/favicon.svg"))


@login_required
@require_safe
def pulse(request: HttpRequest) -> HttpResponse:
    """The banners alone, which a standing page fetches to show that it is live."""
    return render(request, "helpdesk/parts/banners.html")
