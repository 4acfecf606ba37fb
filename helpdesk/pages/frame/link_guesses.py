"""Links that let in whoever has them, outside of any login: how often one may try those that nobody ever made."""

from __future__ import annotations

from django.http import HttpRequest

from helpdesk.access import guesses, peer
from helpdesk.access.guesses import GuessLimit
from helpdesk.pages.frame.viewer import now_of

WALLBOARD = guesses.WALLBOARD_FROM_ADDRESS


def count_unknown(request: HttpRequest, limit: GuessLimit) -> None:
    """Count a link that leads nowhere; raises `TooManyGuesses` beyond the limit.

    One that leads somewhere is let in all the same: a screen shares its address with whoever guesses beside it.
    """
    guesses.count(limit, peer.neighbourhood_of(request), now=now_of(request))
