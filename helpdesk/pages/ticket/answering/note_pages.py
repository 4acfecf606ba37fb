"""Team notes: kept of an answer, found beside the composer, put into what is written, listed and changed."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.conversation.team_notes import similar, team_notes
from helpdesk.conversation.team_notes.personal_traces import generalised, traces
from helpdesk.conversation.team_notes.team_notes import NamesSomebody, WrittenNote
from helpdesk.input.visible_line import refuse_invisible
from helpdesk.input.visible_text import one_line
from helpdesk.models import Agent, Author, Message, Queue, StoreTopic, TeamNote
from helpdesk.pages.frame.permission import visible_ticket
from helpdesk.pages.frame.viewer import agent_of, now_of
from helpdesk.pages.ticket.answering.canned_choice import written_again
from helpdesk.pages.ticket.files_to_send import files_to_send
from helpdesk.pages.ticket.written_text import WrittenText
from helpdesk.refusal import Refused

SHOWN: Final = 200


class NoteForm(forms.Form):
    """A note: its title, what it says, for whom, and about what."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200, validators=[refuse_invisible])
    body = WrittenText(rows=10, label=gettext_lazy("Text"))
    queue = forms.ModelChoiceField(label=gettext_lazy("For the people of"), queryset=Queue.objects.none())
    topic = forms.ModelChoiceField(
        label=gettext_lazy("Topic"),
        queryset=StoreTopic.objects.none(),
        required=False,
        empty_label=gettext_lazy("none"),
    )
    though_named = forms.BooleanField(
        label=gettext_lazy("It names nobody, or may"), required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, agent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = Queue.objects.filter(Q(retired_at=None) | Q(pk=self.initial.get("queue")))
        queues = offered.visible_to(agent).distinct().order_by("name")
        topics = StoreTopic.objects.offered().visible_to(agent).distinct().order_by("name")
        self.fields["queue"].queryset = queues  # type: ignore[attr-defined]
        self.fields["topic"].queryset = topics  # type: ignore[attr-defined]

    def clean_title(self) -> str:
        return one_line(self.cleaned_data["title"])

    def written(self) -> WrittenNote:
        given = self.cleaned_data
        return WrittenNote(given["title"], given["body"], given["queue"], given["topic"])

    def ask_about(self, refused: Refused) -> None:
        """Say why it is not kept; where it may name somebody, offer to keep it all the same."""
        self.add_error(None, str(refused))
        if isinstance(refused, NamesSomebody):
            self.fields["though_named"].widget = forms.CheckboxInput()


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Keep an answer as a note: what it says of its customer is taken out, as far as it is known."""
    ticket = visible_ticket(request, reference)
    answers = Message.objects.public().filter(ticket=ticket, author=Author.AGENT)
    message = get_object_or_404(answers, pk=number)
    message.ticket = ticket
    if request.method == "POST":
        return _kept(request, None, message)
    body = generalised(message.body, ticket)
    start: dict[str, Any] = {"title": generalised(ticket.subject, ticket)[:200], "body": body}
    start |= {"queue": ticket.queue_id, "topic": ticket.topic_id}
    form = NoteForm(initial=start, agent=agent_of(request))
    return _page(request, form, message=message, named=traces(f"{start['title']}\n{body}", ticket))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, number: int) -> HttpResponse:
    """Show a note; whoever may change it does so here."""
    agent = agent_of(request)
    note = get_object_or_404(TeamNote.objects.there().visible_to(agent).distinct(), pk=number)
    if not TeamNote.objects.changeable_by(agent).filter(pk=note.pk).exists():
        if request.method == "POST":
            return HttpResponse(status=403)
        return render(request, "helpdesk/team_note.html", {"note": note})
    if request.method == "POST":
        return _kept(request, note, None)
    start = {"title": note.title, "body": note.body, "queue": note.queue_id, "topic": note.topic_id}
    return _page(request, NoteForm(initial=start, agent=agent), note=note)


def _kept(request: HttpRequest, note: TeamNote | None, message: Message | None) -> HttpResponse:
    queue = note.queue_id if note else message and message.ticket.queue_id
    form = NoteForm(request.POST, initial={"queue": queue}, agent=agent_of(request))
    if not form.is_valid():
        return _page(request, form, note=note, message=message, status=422)
    given = {
        "by": agent_of(request),
        "now": now_of(request),
        "though_named": form.cleaned_data["though_named"],
    }
    try:
        with transaction.atomic():
            team_notes.keep(form.written(), of=message, note=note, **given)
    except Refused as refused:
        form.ask_about(refused)
        return _page(request, form, note=note, message=message, status=422)
    messages.success(request, _("Kept. Colleagues find it beside what they write."))
    back = reverse("ticket", args=[message.ticket.reference]) if message else reverse("team-notes")
    return HttpResponseRedirect(back)


def _page(
    request: HttpRequest,
    form: NoteForm,
    *,
    note: TeamNote | None = None,
    message: Message | None = None,
    named: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"form": form, "note": note, "message": message, "named": named or []}
    return render(request, "helpdesk/note_form.html", context, status=status)


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the notes of the agent's queues, the most used first."""
    agent, words = agent_of(request), request.GET.get("q", "")[:200]
    visible = TeamNote.objects.visible_to(agent).select_related("queue", "topic").distinct()
    removed = TeamNote.objects.changeable_by(agent).filter(removed_at__isnull=False).distinct()
    context = {
        "notes": list(visible.there().naming(words).order_by("-uses", "-pk")[:SHOWN]),
        "removed": list(removed.order_by("-removed_at")[:10]),
        "words": words,
    }
    return render(request, "helpdesk/team_notes.html", context)


@login_required
@require_safe
def like(request: HttpRequest, reference: str) -> HttpResponse:
    """List what is like the ticket: notes, and earlier tickets. Fetched once its page stands, else a page itself."""
    ticket = visible_ticket(request, reference)
    found = {
        "ticket": ticket,
        "notes": similar.notes_like(ticket, to=agent_of(request)),
        "tickets": similar.tickets_like(ticket),
    }
    part = "HX-Request" in request.headers
    return render(request, "helpdesk/parts/similar.html" if part else "helpdesk/similar.html", found)


@login_required
@require_POST
def use(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Put a note into what is being written on the ticket."""
    ticket, agent = visible_ticket(request, reference), agent_of(request)
    note = get_object_or_404(TeamNote.objects.there().visible_to(agent).distinct(), pk=number)
    with transaction.atomic():
        body = team_notes.use(note, ticket=ticket, by=agent, now=now_of(request))
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"body": body, "files": "", "chips": "", "told": ""})
    return written_again(request, ticket, files_to_send(request, ticket.store), added=body)


@login_required
@require_POST
def remove(request: HttpRequest, number: int) -> HttpResponse:
    """Take a note away; the list offers to bring it back."""
    with transaction.atomic():
        removed = team_notes.remove(_changeable(request, number), now=now_of(request))
    messages.success(request, _("Removed.") if removed else _("It was removed already."))
    return HttpResponseRedirect(reverse("team-notes"))


@login_required
@require_POST
def bring_back(request: HttpRequest, number: int) -> HttpResponse:
    """Undo that a note was removed."""
    with transaction.atomic():
        back = team_notes.bring_back(_changeable(request, number))
    messages.success(request, _("It is back.") if back else _("Nothing changed."))
    return HttpResponseRedirect(reverse("team-notes"))


def _changeable(request: HttpRequest, number: int) -> TeamNote:
    return get_object_or_404(TeamNote.objects.changeable_by(agent_of(request)).distinct(), pk=number)
