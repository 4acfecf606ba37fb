"""What the metrics that can be promised, and the outcomes, are called before people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from monitor.clock.metrics import Metric, Outcome

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

METRIC_LABELS: Final[Mapping[str, _StrPromise]] = {
    Metric.ACKNOWLEDGEMENT: _("acknowledgement"),
    Metric.FIRST_RESPONSE: _("first response"),
    Metric.NEXT_RESPONSE: _("next response"),
    Metric.UPDATE: _("update"),
    Metric.RESOLUTION: _("resolution"),
    Metric.OWNERSHIP: _("ownership"),
}

OUTCOME_LABELS: Final[Mapping[str, _StrPromise]] = {
    Outcome.MET: _("met"),
    Outcome.LATE: _("late"),
    Outcome.UNANSWERED: _("unanswered"),
    Outcome.NO_REPLY_NEEDED: _("no reply needed"),
    Outcome.WITHDRAWN: _("withdrawn by the customer"),
    Outcome.MERGED: _("merged"),
    Outcome.NOT_APPLICABLE: _("not applicable"),
    Outcome.VOID: _("void"),
}
