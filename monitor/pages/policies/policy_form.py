"""The form by which a version of a policy is proposed: what it says, for whom, and from when on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from helpdesk.input.visible_text import storable
from helpdesk.models import Priority, Queue, Store
from monitor.clock.book.rules import (
    ANY_PRIORITY,
    ATTACHED,
    CONDITIONS,
    LONGEST,
    UNMATCHED,
    BadRules,
    parse_rules,
)
from monitor.clock.metrics import PAUSING_STATUSES, PROMISED
from monitor.models import METRIC_LABELS, Calendar
from monitor.pages.policies.rules_fields import NOTHING, ROWS, UNITS, WRITTEN, Unit, field_name, rules_of
from monitor.pages.policies.terms_form import TermsForm
from monitor.promises.draft import PolicyDraft

CONDITION_LABELS: Final = {
    "store": _("Stores"), "queue": _("Queues"), "channel": _("Channels"), "priority": _("Priorities"),
    "tier": _("Tiers of customers"), "tags": _("Tags"), "language": _("Languages"),
}  # fmt: skip
UNIT_LABELS: Final = (
    (
        _("Open time"),
        (
            ("minutes", _("minutes of open time")),
            ("hours", _("hours of open time")),
            ("seconds", _("seconds of open time")),
            ("working_days", _("working days, to the same time")),
            ("working_days_end", _("working days, to the end of the last")),
        ),
    ),
    (
        _("All time, nights and weekends included"),
        (
            ("wall_minutes", _("minutes")),
            ("wall_hours", _("hours")),
            ("wall_seconds", _("seconds")),
            ("wall_days", _("days, to the same time")),
            ("wall_days_end", _("days, to the end of the last")),
        ),
    ),
)
PAUSE_LABELS: Final = {"pending": _("pending"), "on_hold": _("on hold")}
_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?")


class AmountField(forms.CharField):
    """A number as people type it; empty for none."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "size": 6})

    def clean(self, value: Any) -> Decimal | None:
        typed = super().clean(value).strip()
        if not typed:
            return None
        if not typed.isascii() or not _NUMBER.fullmatch(typed):
            raise ValidationError(_("This is no number. Write 90, or 1.5 with a point."))
        return Decimal(typed)


class ScalarsField(forms.MultipleChoiceField):
    """Values that are ticked, each as JSON says it; `[]` for none of any."""

    widget = forms.CheckboxSelectMultiple

    def valid_value(self, value: str) -> bool:
        """Take whatever a rule can say and keep, though no ticket may have it: doubts are said, not refused."""
        try:
            read = json.loads(value)
        except (ValueError, RecursionError):
            return False
        if isinstance(read, str):
            return storable(read) == read
        return type(read) is int or value == NOTHING


class PolicyForm(TermsForm):
    """A policy as a form. `draft` is what it began with; what is not shown stays as it is there."""

    calendar = forms.ModelChoiceField(
        label=_("Hours in which open time counts"), queryset=Calendar.objects.none(), empty_label=None
    )
    bots_count = forms.BooleanField(
        label=_("A bot's answer counts as a person's"),
        required=False,
        help_text=_("Then nobody is told that a customer has only heard a machine."),
    )
    first_resolution_only = forms.BooleanField(
        label=_("Only the first resolution counts"),
        required=False,
        help_text=_("Reopening a ticket starts no resolution clock again, however long it then takes."),
    )
    unmatched = forms.ChoiceField(
        label=_("When no policy matches a ticket any more"),
        widget=forms.RadioSelect,
        choices=list(zip(UNMATCHED, (_("its targets are removed"), _("its targets stay")), strict=True)),
        initial=UNMATCHED[0],
        required=False,
    )
    attached = forms.ChoiceField(
        label=_("When a ticket comes to match this policy later"),
        widget=forms.RadioSelect,
        choices=list(
            zip(
                ATTACHED,
                (_("time counts from when its clock started"), _("time counts from then")),
                strict=True,
            )
        ),
        initial=ATTACHED[0],
        required=False,
    )

    def __init__(self, *args: Any, draft: PolicyDraft, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.draft = draft
        calendar = self.fields["calendar"]
        assert isinstance(calendar, forms.ModelChoiceField)  # noqa: S101  # for the types
        calendar.queryset = Calendar.objects.filter(versions__isnull=False).distinct().order_by("name")
        self._add_conditions()
        for metric in PROMISED:
            self._add_metric(metric)

    def _add_conditions(self) -> None:
        known = _known_values()
        for key in CONDITIONS:
            choices = self._with_those_given(f"match_{key}", known.get(key, []))
            if choices:
                label = CONDITION_LABELS[key]
                self.fields[f"match_{key}"] = ScalarsField(label=label, choices=choices, required=False)
            if key in WRITTEN:
                self._add_written(key)

    def _with_those_given(self, name: str, known: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
        """Return the choices, with those that are no ticket's and stand in the rules, or were sent."""
        given = self.data.getlist(name) if self.is_bound else self.initial.get(name) or []  # type: ignore[attr-defined]  # a QueryDict
        values = {value for value, _label in known}
        odd = [(one, _said(one)) for one in dict.fromkeys(given) if one not in values]
        return [*known, *odd]

    def _add_written(self, key: str) -> None:
        widget = forms.Textarea(attrs={"rows": 2, "autocomplete": "off", "spellcheck": "false"})
        label = CONDITION_LABELS[key]
        self.fields[f"written_{key}"] = forms.CharField(
            label=label,
            required=False,
            strip=False,
            widget=widget,
            help_text=_("One on each line; empty for any."),
        )

    def _add_metric(self, metric: str) -> None:
        for priority in ROWS:
            self._add_target(metric, priority)
        self._add_warning(metric)
        self._add_pauses(metric)

    def _add_target(self, metric: str, priority: str) -> None:
        facts = {"what": METRIC_LABELS[metric], "priority": priority_label(priority)}
        name = field_name("amount", metric, priority)
        amount = AmountField(label=_("%(what)s, %(priority)s") % facts, required=False, max_length=400)
        amount.widget.attrs |= {"aria-describedby": f"said-{name}"}
        counted = _("%(what)s, %(priority)s: counted in") % facts
        unit = forms.ChoiceField(label=counted, choices=UNIT_LABELS, initial="hours", required=False)
        self.fields |= {name: amount, field_name("unit", metric, priority): unit}

    def _add_warning(self, metric: str) -> None:
        label = _("Warn when this share of it is spent, in percent")
        warning = AmountField(
            label=label, required=False, max_length=400, help_text=_("Empty for no warning.")
        )
        self.fields[field_name("warn", metric)] = warning

    def _add_pauses(self, metric: str) -> None:
        choices = [(one, PAUSE_LABELS[one]) for one in sorted(PAUSING_STATUSES, reverse=True)]
        self.fields[field_name("pauses", metric)] = forms.MultipleChoiceField(
            label=_("Pauses while a ticket is"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            choices=choices,
        )

    def clean(self) -> dict[str, Any]:
        """Refuse what no rules can say, beside the field in which it stands."""
        given = super().clean() or self.cleaned_data
        for metric in PROMISED:
            self._check_shares(metric)
            for priority in ROWS:
                self._check_amount(metric, priority)
        if not self.errors:
            self._check_rules(given)
        return given

    def _check_rules(self, given: Mapping[str, Any]) -> None:
        try:
            parse_rules(rules_of(given))
        except BadRules as bad:
            self.add_error(None, str(bad))

    def _check_shares(self, metric: str) -> None:
        name = field_name("warn", metric)
        share = self.cleaned_data.get(name)
        if share is not None and share >= 100:
            self.add_error(name, _("A share from 0 up to, not including, 100."))

    def _check_amount(self, metric: str, priority: str) -> None:
        name = field_name("amount", metric, priority)
        number, unit = (
            self.cleaned_data.get(name),
            self.cleaned_data.get(field_name("unit", metric, priority)),
        )
        if number is not None and (fault := _fault(number, UNITS.get(unit or ""))):
            self.add_error(name, fault)

    def proposed(self) -> PolicyDraft:
        """Return what a valid form proposes."""
        given = self.cleaned_data
        said = {"rules": rules_of(given), "calendar": given["calendar"].pk, "retired": False}
        return replace(self.draft, **said, **self.terms())

    def conditions(self) -> Iterator[tuple[Any, list[Any]]]:
        """Each condition's name and its fields, for the page."""
        for key in CONDITIONS:
            names = (f"match_{key}", f"written_{key}")
            yield CONDITION_LABELS[key], [self[name] for name in names if name in self.fields]

    def metrics(self) -> Iterator[Mapping[str, Any]]:
        """Each metric with its fields, for the page; `is_used` where something is typed."""
        for metric in PROMISED:
            rows = [self._row(metric, priority) for priority in ROWS]
            yield {
                "metric": metric.value,
                "name": METRIC_LABELS[metric],
                "rows": rows,
                "warn": self[field_name("warn", metric)],
                "pauses": self[field_name("pauses", metric)],
                "is_used": any(amount.value() for _label, amount, _unit in rows),
            }

    def _row(self, metric: str, priority: str) -> tuple[Any, forms.BoundField, forms.BoundField]:
        fields = (self[field_name(kind, metric, priority)] for kind in ("amount", "unit"))
        return (priority_label(priority), *fields)


def _fault(number: Decimal, unit: Unit | None) -> Any:
    """Return what is wrong with a number of units; None for one that can be promised."""
    if unit is None:
        return _("Say what it is counted in.")
    if unit.ends and number != int(number):
        return _("Days are whole ones here; write less than a day in hours.")
    too_long = number * (unit.seconds or 86_400) > int(LONGEST.total_seconds())
    return _("This is longer than ten years.") if too_long else None


def _known_values() -> dict[str, list[tuple[str, Any]]]:
    """Return what can be ticked of each condition, as JSON says it, and its name."""
    return {
        "store": [(json.dumps(one.pk), str(one)) for one in Store.objects.order_by("name")],
        "queue": [(json.dumps(one.pk), str(one)) for one in Queue.objects.order_by("name")],
        "priority": [(json.dumps(value), label) for value, label in reversed(Priority.choices)],
        "tier": [('""', _("customers without a tier"))],
        "language": [('""', _("unknown language"))],
    }


def priority_label(priority: str) -> Any:
    """Return a priority as a row of targets says it."""
    return _("all other priorities") if priority == ANY_PRIORITY else Priority(priority).label


def _said(value: str) -> Any:
    """Say a value that nothing here has."""
    if value == NOTHING:
        return _("nothing at all: matches no ticket")
    return _("%(value)s, which nothing here has") % {"value": value}
