"""Mailboxes, for admins: by which addresses stores are written to, and whether both ways work."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.access import set_up_trace
from helpdesk.mail import history_request, mailbox_addresses, mailbox_removal
from helpdesk.mail.consent import consent_failures
from helpdesk.mail.consent.mail_providers import login_of, provider_of
from helpdesk.mail.servers import server_trial
from helpdesk.mail.servers.server_fault import MailServerFailed
from helpdesk.models import Mailbox, MailboxConsent, Store
from helpdesk.pages.frame.permission import admins_only
from helpdesk.pages.frame.viewer import agent_of, now_of
from helpdesk.pages.setup.mailbox_form import HistoryForm, MailboxForm
from helpdesk.refusal import Refused


@login_required
@admins_only
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the mailboxes of all stores."""
    mailboxes = Mailbox.objects.select_related("store", "queue").order_by("address", "id")
    context = {"mailboxes": mailboxes, "has_store": Store.objects.exists(), "now": now_of(request)}
    return render(request, "helpdesk/mailboxes.html", context)


@login_required
@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Take down a new mailbox, and lead to its page, where it is tried."""
    return _save(request, Mailbox()) if request.method == "POST" else _page(request, MailboxForm())


@login_required
@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, number: int) -> HttpResponse:
    """Show a mailbox and change it; its store stays. Whoever reads it meanwhile waits to say how that went."""
    if request.method != "POST":
        return _page(request, MailboxForm(instance=get_object_or_404(Mailbox, pk=number)))
    with transaction.atomic():
        return _save(request, get_object_or_404(Mailbox.objects.select_for_update(no_key=True), pk=number))


def _save(request: HttpRequest, mailbox: Mailbox) -> HttpResponse:
    with transaction.atomic():
        mailbox_addresses.wait_for_others()
        form = MailboxForm(request.POST, instance=mailbox)
        if not form.is_valid():
            return _page(request, form, status=422)
        saved = form.save_mailbox()
        set_up_trace.note_saved(saved, form.changed_data, [], by=agent_of(request))
    messages.success(request, _("Saved. Try it both ways."))
    return HttpResponseRedirect(reverse("mailbox", args=[saved.pk]))


@login_required
@admins_only
@require_POST
def try_both_ways(request: HttpRequest, number: int) -> HttpResponse:
    """Speak with both servers of a mailbox, and say on its page what came of it. Safe to repeat: nothing is kept."""
    mailbox = get_object_or_404(Mailbox, pk=number)
    tried = {
        "reading": server_trial.try_reading(mailbox, now=now_of(request)),
        "sending": server_trial.try_sending(mailbox, now=now_of(request)),
    }
    return _page(request, MailboxForm(instance=mailbox), tried=tried)


@login_required
@admins_only
@require_POST
def read_history(request: HttpRequest, number: int) -> HttpResponse:
    """Say how much of the past lies there; once that was seen, have it read as history."""
    mailbox = get_object_or_404(Mailbox.objects.read_by_us(), pk=number)
    days = HistoryForm(request.POST)
    if not days.is_valid():
        return _page(request, MailboxForm(instance=mailbox), days=days, status=422)
    if not days.cleaned_data["seen"]:
        return _page(request, MailboxForm(instance=mailbox), days=days, **_counted(request, mailbox, days))
    try:
        with transaction.atomic():
            job = history_request.ask(
                mailbox, days=days.cleaned_data["days"], by=agent_of(request), now=now_of(request)
            )
    except Refused as refused:
        messages.error(request, str(refused))
        return HttpResponseRedirect(reverse("mailbox", args=[number]))
    return HttpResponseRedirect(reverse("job", args=[job.pk]))


def _counted(request: HttpRequest, mailbox: Mailbox, days: HistoryForm) -> dict[str, Any]:
    try:
        found = history_request.count(mailbox, days=days.cleaned_data["days"], now=now_of(request))
    except (MailServerFailed, Refused) as failed:
        return {"not_counted": str(failed)}
    return {"found": found, "found_in_all": sum(found.values())}


@login_required
@admins_only
@require_POST
def remove(request: HttpRequest, number: int) -> HttpResponse:
    """Forget a mailbox and its passwords, where nothing is leaving by it."""
    mailbox = get_object_or_404(Mailbox, pk=number)
    try:
        with transaction.atomic():
            set_up_trace.note_deleted(mailbox, by=agent_of(request))
            mailbox_removal.remove(mailbox)
    except Refused as refused:
        messages.error(request, str(refused))
        return HttpResponseRedirect(reverse("mailbox", args=[number]))
    messages.success(request, _("The mailbox %s is removed.") % mailbox.address)
    return HttpResponseRedirect(reverse("mailboxes"))


def _consent_of(mailbox: Mailbox | None) -> dict[str, Any]:
    """Return what a page says of the consent of a mailbox that is signed in to by one."""
    provider = provider_of(mailbox) if mailbox else None
    if mailbox is None or provider is None:
        return {}
    given = MailboxConsent.objects.select_related("given_by").filter(mailbox=mailbox).first()
    refused = consent_failures.refused(mailbox, given) if given and given.refused_at else None
    consent = {"given": given, "refused": refused, "login": login_of(mailbox, "imap")}
    return {"provider": provider, "consent": consent}


def _page(request: HttpRequest, form: MailboxForm, *, status: int = 200, **shown: Any) -> HttpResponse:
    kept = Mailbox.objects.select_related("store").filter(pk=form.instance.pk).first()
    context = {"form": form, "mailbox": kept, "now": now_of(request), **_consent_of(kept), **shown}
    if kept is not None and kept.imap_host:
        context = {"days": HistoryForm(), "history_job": history_request.under_way(kept), **context}
    return render(request, "helpdesk/mailbox.html", context, status=status)
