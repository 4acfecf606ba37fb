"""The way of a browser to a mailbox's provider, and back with its answer."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from helpdesk.access import set_up_trace
from helpdesk.input.visible_text import isolated, one_line
from helpdesk.mail.consent import consent_question, given_consents, token_server
from helpdesk.mail.consent.consent_question import ConsentQuestion
from helpdesk.mail.consent.mail_providers import MailProvider, login_of, provider_of
from helpdesk.mail.consent.token_server import GrantRefused
from helpdesk.models import Mailbox
from helpdesk.pages.frame.permission import admins_only
from helpdesk.pages.frame.viewer import agent_of, now_of
from helpdesk.refusal import Refused

LONGEST_SAID = 300


class ConsentStrange(Refused):
    """An answer to no question of ours."""

    code = "consent-strange"
    sentence = gettext_lazy(
        "This answer belongs to no question that is still open here: nothing was changed. Begin again."
    )


@login_required
@admins_only
@require_POST
def ask(request: HttpRequest, number: int) -> HttpResponse:
    """Lead the browser to the provider, by a page of ours: a form of it may lead nowhere else."""
    mailbox = get_object_or_404(Mailbox, pk=number)
    provider = provider_of(mailbox)
    if provider is None or provider.client is None:
        messages.error(
            request, _("There is nobody to sign in with: choose how the mailbox signs in, and save.")
        )
        return redirect("mailbox", number)
    onward = consent_question.ask(mailbox, provider, session=request.session, now=now_of(request))
    context = {"provider": provider, "onward": onward, "login": login_of(mailbox, "imap")}
    return render(request, "helpdesk/consent_onward.html", context | {"now": now_of(request)})


@login_required
@admins_only
@require_GET
def answer(request: HttpRequest) -> HttpResponse:
    """Take a provider's answer, once, and lead on to where it stands in no address any more."""
    question = consent_question.take_back(
        request.GET.get("state", ""), session=request.session, now=now_of(request)
    )
    request.session.save()  # whoever reloads the page while the provider takes its time asks nothing twice
    if question is None:
        messages.error(request, str(ConsentStrange()))
        return redirect("mailboxes")
    try:
        account = _given(request, question)
    except (Refused, GrantRefused) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("%s has consented. Try it both ways.") % isolated(account))
    known = Mailbox.objects.filter(pk=question.mailbox).exists()
    return redirect("mailbox", question.mailbox) if known else redirect("mailboxes")


def _given(request: HttpRequest, question: ConsentQuestion) -> str:
    """Keep what was consented to, and return by whom; raises `Refused`, `GrantRefused`."""
    _mailbox, provider = _asked(question)
    if "code" not in request.GET:
        why = one_line(f"{request.GET.get('error', '')}: {request.GET.get('error_description', '')}")
        raise GrantRefused(_("There is no consent. The provider says: %s") % isolated(why[:LONGEST_SAID]))
    granted = token_server.redeem(
        provider,
        code=request.GET["code"],
        verifier=question.verifier,
        redirect_uri=consent_question.redirect_uri(),
    )
    with transaction.atomic():
        mailbox, provider = _asked(question, locked=True)
        consent = given_consents.keep(mailbox, provider, granted, by=agent_of(request), now=now_of(request))
        set_up_trace.note_saved(mailbox, ["consent"], [], by=agent_of(request))
    return consent.account


def _asked(question: ConsentQuestion, *, locked: bool = False) -> tuple[Mailbox, MailProvider]:
    """Return for which mailbox who was asked, if it is still there and still theirs; raises `ConsentStrange`."""
    mailboxes = Mailbox.objects.select_for_update(no_key=True) if locked else Mailbox.objects.all()
    mailbox = mailboxes.filter(pk=question.mailbox, signs_in_by=question.provider).first()
    provider = provider_of(mailbox) if mailbox else None
    if mailbox is None or provider is None:
        raise ConsentStrange
    return mailbox, provider
