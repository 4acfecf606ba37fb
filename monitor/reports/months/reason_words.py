"""Why clocks changed, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from monitor.reports.months.change_reason import ChangeReason
from monitor.reports.part_words import PROMISE_WORDS

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

REASON_WORDS: Final[Mapping[ChangeReason, _StrPromise]] = {
    ChangeReason.ANSWERED: _("answered since"),
    ChangeReason.LATE_ANSWER: _("an answer from before was heard of later"),
    ChangeReason.LATE_QUESTION: _("a question from before was heard of later"),
    ChangeReason.ASKED: _("asked since"),
    ChangeReason.BOUNCED: _("a reply bounced"),
    ChangeReason.DELAYED: _("a reply has not left"),
    ChangeReason.LEFT: _("a reply left after all"),
    ChangeReason.MERGED: _("two tickets were made one"),
    ChangeReason.SPLIT_OFF: _("messages were split off"),
    ChangeReason.UNDONE: _("something was undone"),
    ChangeReason.VOIDED: _("put aside as spam or deleted"),
    ChangeReason.RESTORED: _("brought back after being put aside"),
    ChangeReason.MOVED: _("moved to another queue"),
    ChangeReason.TERMS_CHANGED: _("its priority, tier or tags changed"),
    ChangeReason.DUE_TIME_SET: _("its due time was set by hand, or no longer is"),
    ChangeReason.NO_REPLY_NEEDED: _("marked as needing no reply"),
    ChangeReason.ACKNOWLEDGED: _("acknowledged since"),
    ChangeReason.ENDED: _("resolved or closed since"),
    ChangeReason.REOPENED: _("reopened since"),
    ChangeReason.PAUSED: _("its status changed since"),
    ChangeReason.TIME_RAN_OUT: _("its time ran out since"),
    ChangeReason.VERSION: _("counted again under another version"),
    ChangeReason.RULES: _("counted again by newer rules"),
    ChangeReason.ZONE_DATA: _("counted again with newer zone data"),
    ChangeReason.RECOUNTED: _("counted again"),
    ChangeReason.EXCUSED: _("excused since"),
    ChangeReason.EXCUSED_NO_MORE: _("no longer excused"),
    ChangeReason.GONE: _("its ticket is not kept any more"),
}

CAME_OUT_WORDS: Final = {**PROMISE_WORDS, "": _("not counted")}
"""How a clock came out, short."""
