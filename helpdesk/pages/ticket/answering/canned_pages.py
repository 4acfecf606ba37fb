"""Keeping canned replies: one's own, and those that a queue shares, which its overseers change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.conversation.canned import canned_replies, placeholders, reply_actions
from helpdesk.mail.composing.text_direction import direction_of_language
from helpdesk.models import Attachment, CannedReply
from helpdesk.pages.frame.viewer import agent_of, now_of
from helpdesk.pages.ticket.answering.canned_choice import language_name
from helpdesk.pages.ticket.answering.canned_form import (
    CannedForm,
    CannedTexts,
    languages_to_choose,
    texts_to_change,
    texts_typed,
)
from helpdesk.pages.ticket.files_to_send import FilesToSend, files_to_send
from helpdesk.refusal import Refused

SHOWN: Final = 200


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List what the agent can use, the most used first, and what they can bring back."""
    agent, words = agent_of(request), request.GET.get("q", "")[:200]
    visible = CannedReply.objects.visible_to(agent).select_related("queue").prefetch_related("texts")
    removed = CannedReply.objects.kept_by(agent).filter(removed_at__isnull=False).order_by("-removed_at")
    context = {
        "canned": list(visible.there().naming(words).most_used_first()[:SHOWN]),
        "removed": list(removed[:10]),
        "words": words,
    }
    return render(request, "helpdesk/canned_replies.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    """Write a new one."""
    return _edited(request, None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, number: int) -> HttpResponse:
    """Show one as it reads in each language; whoever may change it does so here."""
    agent = agent_of(request)
    reply = get_object_or_404(CannedReply.objects.there().visible_to(agent), pk=number)
    if CannedReply.objects.kept_by(agent).filter(pk=reply.pk).exists():
        return _edited(request, reply)
    if request.method == "POST":
        return HttpResponse(status=403)
    texts = {text.language: text.body for text in reply.texts.order_by("pk")}
    context = {"reply": reply, "previews": list(_previews(request, texts)), **_besides(request, reply)}
    return render(request, "helpdesk/canned_reply.html", context)


def _edited(request: HttpRequest, reply: CannedReply | None) -> HttpResponse:
    if request.method != "POST":
        return _form_of(request, reply)
    stood = CannedForm.initial_of(reply) if reply else {}
    form = CannedForm(request.POST, initial=stood, agent=agent_of(request))
    texts = texts_typed(request.POST)
    form.keep_files(_files(request, reply))
    if form.is_valid() and texts.is_valid() and "preview" not in request.POST:
        try:
            return _kept(request, form, texts.texts(), reply)
        except Refused as refused:
            form.add_error(None, str(refused))
    said = texts.texts() if texts.is_valid() else {}
    status = 200 if "preview" in request.POST and said else 422
    return _page(request, reply, form, texts, said, status=status)


def _form_of(request: HttpRequest, reply: CannedReply | None) -> HttpResponse:
    texts = {text.language: text.body for text in reply.texts.order_by("pk")} if reply else {}
    to_change = texts_to_change(texts, begin_in=agent_of(request).locale)
    form = CannedForm(initial=CannedForm.initial_of(reply) if reply else {}, agent=agent_of(request))
    form.keep_files(_files_of(reply) if reply else FilesToSend())
    return _page(request, reply, form, to_change, texts)


def _kept(
    request: HttpRequest, form: CannedForm, texts: Mapping[str, str], reply: CannedReply | None
) -> HttpResponse:
    with transaction.atomic():
        canned_replies.keep(form.written(texts), by=agent_of(request), reply=reply)
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(reverse("canned-replies"))


def _files(request: HttpRequest, reply: CannedReply | None) -> FilesToSend:
    """Return what the form brings and has ticked: files just given, and those that the reply has."""
    files = files_to_send(request, None)
    own = _files_of(reply) if reply else FilesToSend()
    files.waiting = [one for one in own.waiting if one.pk in files.numbers] + files.waiting
    return files


def _files_of(reply: CannedReply) -> FilesToSend:
    return FilesToSend(
        list(reply.files), list(Attachment.objects.kept().filter(pk__in=reply.files).order_by("pk"))
    )


def _page(
    request: HttpRequest,
    reply: CannedReply | None,
    form: CannedForm,
    texts: CannedTexts,
    said: Mapping[str, str],
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "reply": reply,
        "form": form,
        "texts": texts,
        "languages": languages_to_choose(),
        "placeholders": placeholders.NAMES,
        "previews": list(_previews(request, said)),
    }
    return render(request, "helpdesk/canned_form.html", context, status=status)


def _previews(request: HttpRequest, texts: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Yield how each text reads for somebody made up; what no name stands for is left in it, and seen."""
    values = {**placeholders.SAMPLE, **placeholders.values_of(agent_of(request))}
    values["promise"] = _("A person will answer by tomorrow, 10:00 (UTC).")
    for language, body in texts.items():
        yield {
            "name": language_name(language),
            "language": language,
            "way": direction_of_language(language),
            "body": placeholders.fill(body, values),
        }


def _besides(request: HttpRequest, reply: CannedReply) -> dict[str, Any]:
    return {
        "actions": reply_actions.shown(reply.actions, by=agent_of(request)),
        "files": _files_of(reply).waiting,
    }


@login_required
@require_POST
def remove(request: HttpRequest, number: int) -> HttpResponse:
    """Take one away; the list offers to bring it back."""
    reply = get_object_or_404(CannedReply.objects.kept_by(agent_of(request)), pk=number)
    with transaction.atomic():
        removed = canned_replies.remove(reply, now=now_of(request))
    messages.success(request, _("Removed.") if removed else _("It was removed already."))
    return HttpResponseRedirect(reverse("canned-replies"))


@login_required
@require_POST
def bring_back(request: HttpRequest, number: int) -> HttpResponse:
    """Undo that one was removed."""
    reply = get_object_or_404(CannedReply.objects.kept_by(agent_of(request)), pk=number)
    with transaction.atomic():
        back = canned_replies.bring_back(reply)
    messages.success(request, _("It is back.") if back else _("Nothing changed."))
    return HttpResponseRedirect(reverse("canned-replies"))
