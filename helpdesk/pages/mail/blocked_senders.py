"""Blocked senders, for whoever works for their store: what was stopped, lifting it, and letting a mail in after all."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from helpdesk.mail.spam import blocked_mail, sender_blocks
from helpdesk.models import RawMail, SenderBlock
from helpdesk.models.mail.sender_block import SenderBlockQuerySet
from helpdesk.pages.frame import environment
from helpdesk.pages.frame.address import page_before
from helpdesk.pages.frame.viewer import agent_of, now_of

PAGE_SIZE: Final = 30


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List who is blocked in the environment, and of whom mail is still kept, the newest first."""
    blocks = (
        _visible(request)
        .worth_a_look(now_of(request))
        .filter(store__environment=environment.current(request))
    )
    shown, older = page_before(request.GET, blocks.select_related("store", "blocked_by"), size=PAGE_SIZE)
    return render(request, "helpdesk/blocked_senders.html", {"blocks": shown, "older": older})


@login_required
@require_safe
def show(request: HttpRequest, number: int) -> HttpResponse:
    """Show a block, and the mails that it stopped."""
    block = get_object_or_404(_visible(request).select_related("store", "blocked_by", "ticket"), pk=number)
    shown, older = page_before(request.GET, block.mails.blocked(), size=PAGE_SIZE)
    context = {"blocked": block, "mails": shown, "older": older}
    return render(request, "helpdesk/blocked_sender.html", context)


@login_required
@require_POST
def lift(request: HttpRequest, number: int) -> HttpResponse:
    """Let mail of a sender in again; what was stopped stays here."""
    block = get_object_or_404(_visible(request), pk=number)
    with transaction.atomic():
        lifted = sender_blocks.lift([block], now=now_of(request))
    told = _("Lifted: their mail comes in again.") if lifted else _("It was lifted already.")
    messages.success(request, told)
    return HttpResponseRedirect(reverse("blocked-sender", args=[number]))


@login_required
@require_POST
def not_spam(request: HttpRequest, number: int) -> HttpResponse:
    """Let a stopped mail in, and if wished all that its sender writes from now on."""
    visible = RawMail.objects.filter(block__in=_visible(request)).select_related("block")
    mail = get_object_or_404(visible, pk=number)
    with transaction.atomic():
        let_in = blocked_mail.let_in(mail, lift="lift" in request.POST, now=now_of(request))
    told = _("It is filed within seconds, as of when they wrote.") if let_in else _("It was let in already.")
    messages.success(request, told)
    return HttpResponseRedirect(reverse("blocked-sender", args=[mail.block_id]))


def _visible(request: HttpRequest) -> SenderBlockQuerySet:
    return SenderBlock.objects.visible_to(agent_of(request))
