"""What is asked of whoever begins a conversation, and for which stores they can."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from helpdesk.conversation.mailed_replies import StoreOnlyWatched, with_ways_out
from helpdesk.input.visible_text import isolated
from helpdesk.models import Agent, Draft, Queue, Store, Ticket
from helpdesk.pages.drafts.draft_form import initial_of
from helpdesk.pages.ticket.files_to_send import FormWithFiles
from helpdesk.pages.ticket.written_text import SentOnce, WrittenText
from helpdesk.tickets.opening.draft import LONGEST_NAME, LONGEST_SUBJECT


class StoreChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # it cannot be subscripted when it runs
    """The stores for which an agent may write, each with a word where what they write leaves by no mail."""

    def label_from_instance(self, store: Any) -> str:
        """Say it before anything is typed."""
        if store.is_only_watched:
            return gettext("%(store)s (only watched: nothing leaves)") % {"store": isolated(store.name)}
        if not store.is_answered_by_mail:
            return gettext("%(store)s (no mail leaves)") % {"store": isolated(store.name)}
        return str(store)


def _going_on_from(ended: Ticket | None) -> dict[str, Any]:
    """Return what stands in the form from the beginning where it follows a ticket."""
    if ended is None:
        return {}
    customer = ended.customer
    return {
        "store": ended.store_id,
        "email": customer.email,
        "name": customer.name,
        "subject": ended.subject,
        "follows": ended.reference,
    }


class NewTicketForm(FormWithFiles, SentOnce):
    """To whom, about what, and whether the customer reads it or has asked it."""

    store = StoreChoice(Store.objects.none(), label=_("Store"))
    email = forms.EmailField(max_length=254, label=_("The customer's e-mail"))
    name = forms.CharField(max_length=LONGEST_NAME, required=False, label=_("Their name"))
    subject = forms.CharField(max_length=LONGEST_SUBJECT, required=False, label=_("Subject"))
    whose = forms.ChoiceField(
        choices=[
            ("agent", _("I write to the customer")),
            ("customer", _("They asked it, by phone or in person: a note for colleagues")),
        ],
        label=_("Whose words these are"),
    )
    body = WrittenText(rows=8, label=_("Message"))
    follows = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        agent: Agent,
        in_environment: str,
        data: Any = None,
        *,
        draft: Draft | None = None,
        follows: Ticket | None = None,
    ) -> None:
        """A form for the stores whose tickets come to the agent; its token makes of a doubled send one.

        What `follows` a ticket is to its customer, about the same, and in its store.
        """
        begun = initial_of(draft, type(self)) if draft else {"token": uuid4(), **_going_on_from(follows)}
        super().__init__(data, initial=begun)
        self.followed = follows
        if draft:
            self.show_files_of(draft)
        self._offer_stores(agent, in_environment)

    def _offer_stores(self, agent: Agent, in_environment: str) -> None:
        queues = Queue.objects.visible_to(agent).in_use()
        theirs = Store.objects.in_environment(in_environment).filter(default_queue__in=queues)
        if self.followed is not None:
            theirs |= Store.objects.filter(pk=self.followed.store_id)
        stores = with_ways_out(theirs.order_by("name", "id"))
        self.fields["store"].queryset = stores  # type: ignore[attr-defined]  # a choice of models
        if self.followed is None:
            self.fields["store"].initial = stores[0] if len(stores) == 1 else None

    def clean(self) -> dict[str, Any]:
        """Refuse a letter that would never leave; what a customer has asked is taken down anywhere."""
        given = super().clean() or self.cleaned_data
        store = given.get("store")
        if store and store.is_only_watched and given.get("whose") == "agent":
            self.add_error("store", StoreOnlyWatched.sentence)
        if store and self.followed and store.pk != self.followed.store_id:
            told = gettext("What follows %(reference)s belongs to its store, %(store)s.")
            names = {"reference": self.followed.reference, "store": isolated(self.followed.store.name)}
            self.add_error("store", told % names)
        return given

    @property
    def leaves_by_mail(self) -> bool:
        """Whether what was written goes out as a mail, or is not for the customer to read."""
        given = self.cleaned_data
        return given["whose"] == "customer" or bool(given["store"].is_answered_by_mail)
