"""The form of a freeze: what it is called, why, from when to when, and of what it holds."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.input.typed_instant import refuse_unsayable
from helpdesk.input.visible_line import refuse_invisible
from helpdesk.models import Agent, Queue, Store
from monitor.clock.metrics import PROMISED
from monitor.models import METRIC_LABELS, Freeze
from monitor.models.excusals.excusal import LONGEST_REASON

_LINE = {"dir": "auto", "autocomplete": "off"}


def _when(label: Any, hint: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(
        label=label, help_text=hint, required=False, widget=widget, validators=[refuse_unsayable]
    )


class FreezeForm(forms.Form):
    """An overseer freezes queues that they oversee; an admin all of them as well, which is said by choosing none."""

    name = forms.CharField(
        label=_("Name"), max_length=80, validators=[refuse_invisible], widget=forms.TextInput(_LINE)
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        validators=[refuse_invisible],
        widget=forms.TextInput(_LINE),
    )
    starts_at = _when(_("From"), _("Left empty: from now on."))
    ends_at = _when(_("Until"), _("Left empty: it lasts until it is ended."))
    queues = forms.ModelMultipleChoiceField(
        label=_("Queues"), queryset=Queue.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    stores = forms.ModelMultipleChoiceField(
        label=_("Stores"),
        queryset=Store.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: all of them."),
    )
    metrics = forms.MultipleChoiceField(
        label=_("Promises"),
        choices=[(metric.value, METRIC_LABELS[metric]) for metric in PROMISED],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: all of them."),
    )

    def __init__(self, *args: Any, agent: Agent, environment: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._environment = environment
        queues, stores = self.fields["queues"], self.fields["stores"]
        assert isinstance(queues, forms.ModelMultipleChoiceField)  # noqa: S101  # for the types
        assert isinstance(stores, forms.ModelMultipleChoiceField)  # noqa: S101  # for the types
        queues.queryset = Queue.objects.overseen_by(agent).in_use().order_by("name")
        queues.required = not agent.is_admin
        queues.help_text = _("None ticked: all of them.") if agent.is_admin else ""
        stores.queryset = Store.objects.visible_to(agent).in_environment(environment).order_by("name")

    def freeze(self, *, now: datetime) -> Freeze:
        """Return what was typed, not saved."""
        told = self.cleaned_data
        return Freeze(
            environment=self._environment,
            name=told["name"],
            reason=told["reason"],
            starts_at=told["starts_at"] or now,
            ends_at=told["ends_at"],
            queue_ids=[queue.pk for queue in told["queues"]] or None,
            store_ids=[store.pk for store in told["stores"]] or None,
            metrics=told["metrics"] or None,
        )
