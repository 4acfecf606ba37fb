"""Who may be logged in, and how often somebody may guess."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from helpdesk.access import guesses, peer, security_log
from helpdesk.database.instant import database_now
from helpdesk.models import Agent, HeldReply
from helpdesk.models import SecurityEventKind as Kind
from helpdesk.refusal import Refused

HASHING = BoundedSemaphore(1)
"""One password at a time is hashed in a process: that is slow by design, and pages are to stay quick beside it."""

ROOM = BoundedSemaphore(max(2, settings.WEB_THREADS // 4))
"""How many threads of a process may wait for that; whoever comes then is told so."""


class ManyAtTheDoor(Refused):
    """More people log in than can be looked at."""

    code = "many-at-the-door"
    status = 503
    sentence = _("Many are logging in right now. Try again in a moment.")
    retry_after = 5


class Logins(ModelBackend):
    """Passwords, and the sessions that they began, whichever page asks for them: ours, or the administration's.

    Everybody knows the demo's: they are good in an open demo only. Raises `TooManyGuesses` and `ManyAtTheDoor`.
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **named: Any,
    ) -> Agent | None:
        email = (username or named.get(Agent.USERNAME_FIELD) or "").strip().lower()
        if not email or password is None:
            return None
        _count(request, email)
        with turn():
            agent = super().authenticate(request, username=email, password=password)
        _note(request, email, agent)
        return agent

    def get_user(self, user_id: int) -> Agent | None:
        """Return who is logged in, with whether a reply of theirs is held: every page says so, at no cost."""
        held = HeldReply.objects.filter(author=OuterRef("pk"))
        agent = Agent.objects.annotate(holds_replies=Exists(held)).filter(pk=user_id).first()
        return agent if self.user_can_authenticate(agent) else None

    def user_can_authenticate(self, user: Agent | AnonymousUser | None) -> bool:
        if isinstance(user, Agent) and user.is_demo and not settings.DEMO_IS_OPEN:
            return False
        return super().user_can_authenticate(user)


def knows_password(agent: Agent, password: str, *, request: HttpRequest) -> bool:
    """Whether somebody who is in knows the password too; counted like a login. Raises as a login does."""
    _count(request, agent.email)
    with turn():
        known = agent.check_password(password)
    _note(request, agent.email, agent if known else None, entered=False)
    return known


@contextmanager
def turn() -> Iterator[None]:
    """Wait for one's turn to have a password hashed; raises `ManyAtTheDoor`."""
    if not ROOM.acquire(blocking=False):
        raise ManyAtTheDoor
    try:
        with HASHING:
            yield
    finally:
        ROOM.release()


def _count(request: HttpRequest | None, email: str) -> None:
    now = database_now()
    guesses.count(guesses.LOGIN_FROM_ADDRESS, peer.neighbourhood_of(request), now=now)
    guesses.count(guesses.LOGIN_OF_ACCOUNT, email, now=now)


def _note(request: HttpRequest | None, email: str, agent: Agent | None, *, entered: bool = True) -> None:
    """Write down who came in, or that somebody failed and at whose login; what was typed is not kept."""
    address = peer.address_of(request)
    if agent is None:
        known = Agent.objects.filter(email=email).values_list("pk", flat=True).first()
        security_log.record(Kind.LOGIN_FAILED, address=address, agent=known)
        return
    guesses.forgive(guesses.LOGIN_OF_ACCOUNT, email)
    guesses.take_back(guesses.LOGIN_FROM_ADDRESS, peer.neighbourhood_of(request))
    if entered:
        security_log.record(Kind.LOGGED_IN, actor=agent, address=address)
