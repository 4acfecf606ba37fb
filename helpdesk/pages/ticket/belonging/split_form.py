"""What is to be split off a ticket: which messages, whose they are, and what they are about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.input.visible_text import one_line
from helpdesk.mail.addressing.sendable_email import sendable_email
from helpdesk.models import Author, Message, MessageParty, PartyRole, Ticket, TicketEvent
from helpdesk.tickets.opening.draft import LONGEST_NAME, LONGEST_SUBJECT
from helpdesk.tickets.opening.new_ticket import NewCustomer
from helpdesk.tickets.splitting.splitting import Split, subject_of


class SplitForm(forms.Form):
    """The messages are checked in the page; empty fields are proposed from the first of them."""

    messages = forms.TypedMultipleChoiceField(coerce=int, required=False)
    email = forms.CharField(label=_("E-mail of the customer"), max_length=254, required=False)
    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME, required=False)
    subject = forms.CharField(label=_("Subject"), max_length=LONGEST_SUBJECT, required=False)

    def __init__(self, data: Any, *, ticket: Ticket) -> None:
        super().__init__(data)
        self.ticket = ticket
        self.movable = movable(ticket)
        field = self.fields["messages"]
        assert isinstance(field, forms.TypedMultipleChoiceField)  # noqa: S101  # it is declared above
        field.choices = [(one.pk, str(one)) for one in self.movable]

    def clean_email(self) -> str:
        typed = str(self.cleaned_data["email"]).strip()
        if typed and sendable_email(typed) is None:
            raise forms.ValidationError(_("This is no e-mail address that can be written to."))
        return typed

    @property
    def chosen(self) -> list[Message]:
        ids = set(self.cleaned_data.get("messages", []))
        return [one for one in self.movable if one.pk in ids]

    def proposed(self) -> dict[str, str]:
        """Return what stands in the fields: what was typed, else what the first of the chosen messages says."""
        typed = {
            name: str(self.cleaned_data.get(name, self.data.get(name, "")))
            for name in ("email", "name", "subject")
        }
        if not self.chosen:
            return typed
        email, name = ("", "") if typed["email"] else _whose(self.chosen, self.ticket)
        first = {
            "email": email,
            "name": name,
            "subject": subject_of(self.chosen, self.ticket),
        }
        return {field: typed[field] or said for field, said in first.items()}

    def wanted(self) -> Split:
        said = self.proposed()
        same = said["email"].lower() == self.ticket.customer.email.lower()
        customer = NewCustomer(email=said["email"], name=one_line(said["name"]) or None)
        return Split(
            messages=[one.pk for one in self.chosen],
            customer=None if same or not said["email"] else customer,
            subject=said["subject"],
        )


def movable(ticket: Ticket) -> Sequence[Message]:
    """Return the messages that could go, in order: neither the opening one nor what a machine sent by itself."""
    opening = TicketEvent.objects.filter(ticket=ticket, seq=1).values("message")
    said = ticket.messages.exclude(pk__in=opening).exclude(author=Author.SYSTEM)
    return list(said.exclude(automatic=True, author=Author.AGENT).select_related("agent").in_order())


def _whose(chosen: Sequence[Message], ticket: Ticket) -> tuple[str, str]:
    """Return who wrote the first of them that came by mail from outside, else the ticket's customer."""
    senders = MessageParty.objects.filter(role=PartyRole.SENDER, message__in=chosen).in_order()
    sender = senders.order_by("message__sent_at", "id").first()
    if sender is None:
        return ticket.customer.email, ticket.customer.name
    return sender.address, sender.name
