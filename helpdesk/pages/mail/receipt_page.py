"""What a mailbox's receipts say, in each language, for admins: only what was seen leaves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from helpdesk.access import set_up_trace
from helpdesk.mail.composing.mail_body import plain_body
from helpdesk.mail.composing.outgoing_mail import OutgoingMail
from helpdesk.mail.composing.text_direction import direction_of_language
from helpdesk.mail.receipts import sample_receipt
from helpdesk.mail.receipts.receipt_text import default_opening
from helpdesk.models import Mailbox, MailboxMode
from helpdesk.pages.frame.permission import admins_only
from helpdesk.pages.frame.viewer import agent_of, now_of

LONGEST_OPENING: Final = 2000


class OpeningsForm(forms.Form):
    """How receipts begin, in each language in which we have the rest."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for language, name in settings.LANGUAGES:
            way = {"dir": direction_of_language(language), "lang": language, "rows": 4}
            self.fields[language] = forms.CharField(
                label=name,
                required=False,
                max_length=LONGEST_OPENING,
                widget=forms.Textarea(way | {"placeholder": default_opening(language)}),
            )


@dataclass(frozen=True, slots=True)
class ShownReceipt:
    """A receipt in one language, for whoever decides whether it leaves."""

    name: str
    mail: OutgoingMail

    @property
    def way(self) -> str:
        return direction_of_language(self.mail.language)

    @property
    def text(self) -> str:
        return plain_body(self.mail)


@login_required
@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest, number: int) -> HttpResponse:
    """Show what the receipts of a mailbox say, change how they begin, and let them leave or no more."""
    if request.method != "POST":
        mailbox = get_object_or_404(Mailbox.objects.select_related("store"), pk=number)
        return _page(request, mailbox, OpeningsForm(initial=mailbox.receipt_openings))
    with transaction.atomic():
        locked = Mailbox.objects.select_related("store").select_for_update(of=("self",), no_key=True)
        return _change(request, get_object_or_404(locked, pk=number))


def _change(request: HttpRequest, mailbox: Mailbox) -> HttpResponse:
    match request.POST.get("receipts"):
        case "words":
            return _save_words(request, mailbox)
        case "on":
            _switch(request, mailbox, on=True)
        case "off":
            _switch(request, mailbox, on=False)
    return _done(mailbox)


def _save_words(request: HttpRequest, mailbox: Mailbox) -> HttpResponse:
    form = OpeningsForm(request.POST, initial=mailbox.receipt_openings)
    if not form.is_valid():
        return _page(request, mailbox, form, status=422)
    mailbox.receipt_openings = {language: words for language, words in form.cleaned_data.items() if words}
    _save(request, mailbox, "receipt_openings")
    messages.success(request, _("Saved. This is how they begin now."))
    return _done(mailbox)


def _switch(request: HttpRequest, mailbox: Mailbox, *, on: bool) -> None:
    if on == (mailbox.receipts_since is not None):
        return
    mailbox.receipts_since = now_of(request) if on else None
    _save(request, mailbox, "receipts_since")
    messages.success(request, _("Receipts leave from now on.") if on else _("No receipt leaves any more."))


def _save(request: HttpRequest, mailbox: Mailbox, field: str) -> None:
    mailbox.save(update_fields=[field])
    set_up_trace.note_saved(mailbox, [field], [], by=agent_of(request))


def _done(mailbox: Mailbox) -> HttpResponse:
    return HttpResponseRedirect(reverse("mailbox-receipt", args=[mailbox.pk]))


def _page(request: HttpRequest, mailbox: Mailbox, form: OpeningsForm, *, status: int = 200) -> HttpResponse:
    context = {
        "mailbox": mailbox,
        "watches": mailbox.mode == MailboxMode.WATCH,
        "samples": list(_shown(mailbox, request)),
        "form": form,
    }
    return render(request, "helpdesk/mailbox_receipt.html", context, status=status)


def _shown(mailbox: Mailbox, request: HttpRequest) -> Iterator[ShownReceipt]:
    names = dict(settings.LANGUAGES)
    for mail in sample_receipt.samples(mailbox, now=now_of(request)):
        yield ShownReceipt(str(names[mail.language]), mail)
