"""The form by which a share of promises is promised: of which metric and queue, from which month on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _

from helpdesk.models import Agent, Queue
from monitor.clock.metrics import PROMISED
from monitor.models import METRIC_LABELS
from monitor.reports.objectives.calendar_month import months_after
from monitor.reports.objectives.month_closing import EARLIEST
from monitor.templatetags.objectives import month_words

LATEST = 3
"""So many months ahead an objective can be set."""


class ObjectiveForm(forms.Form):
    """What is promised; an overseer promises for the queues they oversee, an admin for every queue as well."""

    metric = forms.ChoiceField(
        label=_("Promise"), choices=[(str(metric), METRIC_LABELS[metric]) for metric in PROMISED],
        initial="first_response",
    )  # fmt: skip
    queue = forms.ModelChoiceField(label=_("Queue"), queryset=Queue.objects.none(), required=False)
    percent = forms.DecimalField(
        label=_("Percent of those decided that are to be kept"),
        help_text=_("From 0 to 100, to a tenth. Leave it empty to promise no share from that month on."),
        required=False,
        min_value=0,
        max_value=100,
        max_digits=4,
        decimal_places=1,
    )
    from_month = forms.TypedChoiceField(label=_("From the month of"), coerce=date.fromisoformat)

    def __init__(self, *args: Any, agent: Agent, running: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        queue = self.fields["queue"]
        assert isinstance(queue, forms.ModelChoiceField)  # noqa: S101  # for the types
        queue.queryset = Queue.objects.overseen_by(agent).in_use().order_by("name")
        queue.required = not agent.is_admin
        queue.empty_label = lazystr(_("every queue")) if agent.is_admin else None
        months = [months_after(running, number) for number in range(LATEST, -EARLIEST - 1, -1)]
        month = self.fields["from_month"]
        assert isinstance(month, forms.ChoiceField)  # noqa: S101  # for the types
        month.choices = [(month.isoformat(), month_words(month)) for month in months]
        self.initial.setdefault("from_month", running.isoformat())

    @property
    def promise(self) -> dict[str, Any]:
        """Return what was typed, as it is promised: shares in tenths of a percent."""
        said = dict(self.cleaned_data)
        percent: Decimal | None = said.pop("percent")
        return said | {"per_mille": None if percent is None else int(percent * 10)}
