"""The form of the tester: a ticket that is there, one as a shop sends it, or what is said of one."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import msgspec
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.input import fitting
from helpdesk.input.misfit import Misfit
from helpdesk.models import Agent, Priority, Queue, Store, Ticket
from helpdesk.models.reference import parse
from helpdesk.refusal import Refused
from helpdesk.tickets.opening.new_ticket import NewTicket
from monitor.promises.draft import Draft
from monitor.promises.policies import reviewed_drafts
from monitor.promises.policies.reviewed_drafts import UnreadableDraft
from monitor.promises.tester import tried_ticket
from monitor.promises.tester.tried_promises import TriedTicket
from monitor.promises.tester.tried_ticket import SaidOfTicket

AFTERWARDS: Final = 4
"""So many things may happen after the opening."""
HAPPENINGS: Final = (
    ("", "–"),
    ("customer_wrote", gettext_lazy("the customer writes")),
    ("answered", gettext_lazy("an agent answers")),
    ("bot_answered", gettext_lazy("a bot answers")),
    ("acknowledged", gettext_lazy("an agent says “I have this”")),
    ("pending", gettext_lazy("it is set to pending")),
    ("on_hold", gettext_lazy("it is put on hold")),
    ("open", gettext_lazy("it is opened again")),
    ("resolved", gettext_lazy("it is resolved")),
)
EARLIEST_YEAR, LATEST_YEAR = 1971, 2100


def _instant(label: Any, **more: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, required=False, widget=widget, **more)


class TesterForm(forms.Form):
    """What is left empty is as the ticket brings it, or as a ticket is of which nobody says anything."""

    draft = forms.CharField(required=False, widget=forms.HiddenInput)
    reference = forms.CharField(label=gettext_lazy("ticket that is there, by its reference"), required=False)
    taken = forms.ChoiceField(
        label=gettext_lazy("That ticket is taken"),
        required=False,
        choices=[
            ("now", gettext_lazy("as it is now, as if it had been opened so")),
            ("opened", gettext_lazy("as it was when it was opened")),
        ],
    )
    sent = forms.CharField(
        label=gettext_lazy("ticket as a shop sends it (JSON, as POST /tickets takes it)"),
        required=False,
        widget=forms.Textarea({"rows": 4, "dir": "ltr", "spellcheck": "false"}),
    )
    store = forms.ModelChoiceField(
        Store.objects.none(),
        label=gettext_lazy("store"),
        required=False,
        empty_label=None,
        help_text=gettext_lazy("A ticket that is there keeps its own."),
    )
    queue = forms.ModelChoiceField(
        Queue.objects.none(),
        label=gettext_lazy("queue"),
        required=False,
        empty_label=gettext_lazy("the store's own"),
    )
    channel = forms.RegexField(
        r"^[a-z][a-z0-9_]*\Z", label=gettext_lazy("channel"), required=False, max_length=50
    )
    priority = forms.ChoiceField(
        label=gettext_lazy("priority"), required=False, choices=[("", "–"), *Priority.choices]
    )
    tier = forms.CharField(label=gettext_lazy("tier"), required=False, max_length=50)
    tags = forms.CharField(
        label=gettext_lazy("tags, with commas between them"), required=False, max_length=1000
    )
    language = forms.CharField(label=gettext_lazy("language"), required=False, max_length=35)
    opened_at = _instant(
        gettext_lazy("opened at"), help_text=gettext_lazy("In your time zone; now if left empty.")
    )

    def __init__(self, *args: Any, agent: Agent, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agent, self.now = agent, now
        self.warnings: list[str] = []
        self._choices("store").queryset = Store.objects.visible_to(agent).order_by("name", "pk").distinct()
        self._choices("queue").queryset = Queue.objects.visible_to(agent).in_use().order_by("name").distinct()
        for number in range(1, AFTERWARDS + 1):
            self.fields[f"what_{number}"] = forms.ChoiceField(
                label=gettext_lazy("then"), required=False, choices=HAPPENINGS
            )
            self.fields[f"at_{number}"] = _instant(gettext_lazy("at"))

    def _choices(self, name: str) -> Any:
        return self.fields[name]

    @property
    def _store(self) -> Store | None:
        """Return the store that was chosen, else the first by name."""
        chosen: Store | None = self.cleaned_data.get("store")
        return chosen or Store.objects.visible_to(self.agent).order_by("name", "pk").first()

    @property
    def afterwards(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Return the pairs of what happens after the opening, and when."""
        return [(self[f"what_{number}"], self[f"at_{number}"]) for number in range(1, AFTERWARDS + 1)]

    def clean_draft(self) -> list[Draft]:
        """Read what is proposed: one draft as `to_json` wrote it, or a list of them."""
        typed: str = self.cleaned_data["draft"].strip()
        if not typed:
            return []
        try:
            return reviewed_drafts.read(typed)
        except UnreadableDraft as error:
            raise forms.ValidationError(_("What is proposed cannot be read: begin again there.")) from error

    def clean_reference(self) -> Ticket | None:
        typed: str = self.cleaned_data["reference"].strip()
        if not typed:
            return None
        seen = Ticket.objects.visible_to(self.agent).select_related("store", "queue")
        ticket = seen.filter(reference=parse(typed) or "").first()
        if ticket is None:
            raise forms.ValidationError(_("There is no such ticket in your queues."))
        return ticket

    def clean_sent(self) -> NewTicket | None:
        typed: str = self.cleaned_data["sent"].strip()
        if not typed:
            return None
        try:
            return fitting.fit(msgspec.json.decode(typed), NewTicket)
        except (msgspec.DecodeError, RecursionError) as error:
            raise forms.ValidationError(_("This is no JSON: %s") % error) from error
        except Misfit as misfit:
            raise forms.ValidationError([_in_place(fault) for fault in misfit.faults]) from misfit

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("reference") and given.get("sent"):
            self.add_error("sent", _("Name a ticket that is there, or describe one; not both."))
        if not given.get("reference") and self._store is None:
            self.add_error("store", _("There is no store yet of which a ticket could be."))
        for name in ("opened_at", *(f"at_{number}" for number in range(1, AFTERWARDS + 1))):
            at = given.get(name)
            if at is not None and not EARLIEST_YEAR <= at.year <= LATEST_YEAR:
                self.add_error(name, _("No hours are known so early or so late."))
        return given

    def tried(self) -> TriedTicket | None:
        """Return the ticket that is to be tried; where there is none, the form says why not."""
        try:
            tried = tried_ticket.with_said(self._brought(), self._said())
        except Refused as refused:
            self.add_error("sent", str(refused))
            return None
        return self._with_afterwards(tried)

    def _brought(self) -> TriedTicket:
        given = self.cleaned_data
        if given["reference"]:
            brought = tried_ticket.as_opened if given["taken"] == "opened" else tried_ticket.of_ticket
            return brought(given["reference"])
        store = self._store
        if store is None:
            raise AssertionError("a form without a store is not valid")
        if given["sent"] is None:
            return tried_ticket.of_store(store, now=self.now)
        sent = tried_ticket.of_shape(given["sent"], store=store, now=self.now)
        self.warnings = sent.warnings
        return sent.tried

    def _said(self) -> SaidOfTicket:
        given = self.cleaned_data
        words = {key: given[key] or None for key in ("channel", "priority", "tier", "language", "opened_at")}
        tags = tuple(given["tags"].split(",")) if given["tags"].strip() else None
        return SaidOfTicket(queue=given["queue"].pk if given["queue"] else None, tags=tags, **words)

    def _with_afterwards(self, tried: TriedTicket) -> TriedTicket | None:
        """Let happen what is said to, if each has its time and none comes before what is above it."""
        later, reached = [], tried.opened_at
        for number in range(1, AFTERWARDS + 1):
            what, at = self.cleaned_data[f"what_{number}"], self.cleaned_data[f"at_{number}"]
            if what and at and at >= reached:
                reached = at
                later.append((what, at))
            elif what:
                told = _("This happens before what stands above it, or before the opening.")
                self.add_error(f"at_{number}", told if at else _("Say when."))
        return None if self.errors else tried_ticket.followed_by(tried, later)


def _in_place(fault: Any) -> str:
    place = "/".join(map(str, fault.path))
    return f"{place}: {fault.sentence}" if place else str(fault.sentence)
