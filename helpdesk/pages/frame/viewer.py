"""Who looks: their language, their zone, and the instant at which they look."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from helpdesk.database.instant import database_now
from helpdesk.input import zone_name
from helpdesk.models import Agent


def agent_of(request: HttpRequest) -> Agent:
    """Return the agent behind a request that a login has let through."""
    agent = request.user
    if not isinstance(agent, Agent):
        raise TypeError("this page needs a login")
    return agent


def now_of(request: HttpRequest) -> datetime:
    """Return the database's time at the first question of this request, the same for all of it."""
    now: datetime | None = getattr(request, "now", None)
    if now is None:
        now = database_now()
        request.now = now  # type: ignore[attr-defined]  # one instant a request, kept where all of it can see it
    return now


def viewer_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Show pages in the agent's own language and zone; a visitor keeps what the browser asked for."""

    def in_their_words(request: HttpRequest) -> HttpResponse:
        agent = request.user
        if not isinstance(agent, Agent):
            return get_response(request)
        with translation.override(supported(agent.locale)), timezone.override(zone(agent.timezone)):
            response = get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "en")
            return response

    return in_their_words


def supported(language: str) -> str:
    """Return the language that we speak for a wish, English where we speak none of it."""
    try:
        return translation.get_supported_language_variant(language)
    except LookupError:
        return "en"


def zone(name: str) -> ZoneInfo:
    """Return a zone by its name; UTC for one that this machine does not know."""
    return zone_name.read(name) or ZoneInfo("UTC")


def languages() -> list[tuple[str, str]]:
    """The languages that one may choose, each by its own name."""
    return [(code, translation.get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES]


def zones() -> list[tuple[str, str]]:
    """The time zones that one may choose, as the tz database names them."""
    return [(name, name.replace("_", " ")) for name in sorted(zone_name.known())]
