"""What the parts of all who asked are called, short beside a number and whole at the head of a list."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from monitor.clock.metrics import Outcome
from monitor.models import OUTCOME_LABELS
from monitor.reports.wait_parts import REST

PART_WORDS: Final = {
    "answered": _("answered"),
    "waiting": _("still waiting"),
    "never_answered": _("never answered"),
    "withdrawn": OUTCOME_LABELS[Outcome.WITHDRAWN],
    "merged": OUTCOME_LABELS[Outcome.MERGED],
    "no_reply_needed": OUTCOME_LABELS[Outcome.NO_REPLY_NEEDED],
    "misdated": _("answer dated before the question"),
}

PROMISE_WORDS: Final = {
    "met": _("in time"),
    "late": _("late"),
    "unanswered": _("never answered"),
    "undecided": _("not due yet"),
    "unpromised": _("nothing was promised"),
    **{part: PART_WORDS[part] for part in REST},
}

SLICE_WORDS: Final = {
    **PART_WORDS,
    **PROMISE_WORDS,
    "decided": _("kept or broken"),
    "broken": _("late or never answered"),
}

LIST_WORDS: Final = {
    **SLICE_WORDS,
    "met": _("first response in time"),
    "late": _("first response late"),
    "unanswered": _("promised a first response, and never answered"),
    "undecided": _("first response not due yet"),
    "unpromised": _("no first response was promised"),
    "answered": _("first response given"),
    "waiting": _("still waiting for the first response"),
    "decided": _("first response promised, and given or overdue"),
    "broken": _("first response late or never given"),
}
