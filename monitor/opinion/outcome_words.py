"""How our count of a foreign ticket came out, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from monitor.clock.metrics import Outcome
from monitor.models import OUTCOME_LABELS
from monitor.opinion import our_count

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

LABELS: Final[dict[str, _StrPromise]] = {
    **OUTCOME_LABELS,
    Outcome.MET: _("answered"),
    Outcome.UNANSWERED: _("never answered"),
    our_count.WAITING: _("still waiting"),
    our_count.NOTHING: _("nobody asked anything"),
}


def outcome_words(code: str) -> _StrPromise | str:
    """Say how it came out; a code that is not known stays as it is."""
    return LABELS.get(code, code)
