"""What a canned reply is written as: its name, whose it is, a text for each language, and what is done besides."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from django import forms
from django.conf import settings
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from helpdesk.conversation.canned.canned_replies import WrittenReply
from helpdesk.conversation.canned.reply_actions import STATUSES
from helpdesk.input.visible_line import refuse_invisible
from helpdesk.input.visible_text import calm, is_visible, one_line
from helpdesk.models import Agent, CannedReply, Queue, Status, StoreTopic
from helpdesk.pages.ticket.files_to_send import FormWithFiles
from helpdesk.tickets.opening.draft import LONGEST_BODY, LONGEST_TAG

MOST_TEXTS: Final = 40
_TAG: Final = re.compile(r"[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*")


class CannedForm(FormWithFiles):
    """A canned reply, but for its texts."""

    name = forms.CharField(label=_("Name"), max_length=100, validators=[refuse_invisible])
    queue = forms.ModelChoiceField(
        label=_("Whose it is"), queryset=Queue.objects.none(), required=False, empty_label=_("mine alone")
    )
    holding = forms.BooleanField(
        label=_("Only a holding reply"),
        required=False,
        help_text=_(
            "It says no more than that somebody has seen the question: the wait for an answer goes on."
        ),
    )
    status = forms.ChoiceField(label=_("Status, once it is sent"), required=False)
    tags = forms.CharField(
        label=_("Tags that are added, with commas between"), required=False, max_length=1000
    )
    topic = forms.ModelChoiceField(
        label=_("Topic that the ticket gets"),
        queryset=StoreTopic.objects.none(),
        required=False,
        empty_label=_("as it is"),
    )
    move_to = forms.ModelChoiceField(
        label=_("Queue to which the ticket goes then"),
        queryset=Queue.objects.none(),
        required=False,
        empty_label=_("stays where it is"),
    )

    def __init__(self, *args: Any, agent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = Queue.objects.filter(Q(retired_at=None) | Q(pk=self.initial.get("queue"))).order_by("name")
        self.fields["queue"].queryset = offered.overseen_by(agent)  # type: ignore[attr-defined]
        in_use = Queue.objects.in_use().visible_to(agent).order_by("name")
        self.fields["move_to"].queryset = in_use  # type: ignore[attr-defined]
        topics = StoreTopic.objects.offered().visible_to(agent).distinct().order_by("name")
        self.fields["topic"].queryset = topics  # type: ignore[attr-defined]
        as_the_button_says = ("", _("as the button says"))
        statuses = [as_the_button_says, *((each.value, each.label) for each in STATUSES)]
        self.fields["status"].choices = statuses  # type: ignore[attr-defined]

    @classmethod
    def initial_of(cls, reply: CannedReply) -> dict[str, Any]:
        told = [action.partition(":")[::2] for action in reply.actions]
        return {
            "name": reply.name,
            "queue": reply.queue_id,
            "holding": reply.holding,
            "status": next((value for kind, value in told if kind == "status"), ""),
            "tags": ", ".join(value for kind, value in told if kind == "tag"),
            "topic": next((value for kind, value in told if kind == "topic"), None),
            "move_to": next((value for kind, value in told if kind == "queue"), None),
        }

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])

    def clean_tags(self) -> list[str]:
        tags = [tag for part in self.cleaned_data["tags"].split(",") if (tag := one_line(part))]
        if any(len(tag) > LONGEST_TAG for tag in tags):
            raise forms.ValidationError(_("A tag has up to %s characters.") % LONGEST_TAG)
        return tags

    def actions(self) -> Iterator[str]:
        """Yield what is done besides, each by its word and value."""
        given = self.cleaned_data
        yield from (f"tag:{tag}" for tag in given["tags"])
        if given["status"]:
            yield f"status:{Status(given['status'])}"
        if given["topic"]:
            yield f"topic:{given['topic'].pk}"
        if given["move_to"]:
            yield f"queue:{given['move_to'].pk}"

    def written(self, texts: Mapping[str, str]) -> WrittenReply:
        given = self.cleaned_data
        return WrittenReply(
            name=given["name"],
            queue=given["queue"],
            texts=texts,
            actions=list(self.actions()),
            files=self.to_send.numbers,
            holding=given["holding"],
        )


class CannedTextForm(forms.Form):
    """What it says in one language; without words it is not kept."""

    language = forms.CharField(
        label=_("Language"),
        max_length=35,
        required=False,
        help_text=_("a tag such as en, ta, he or pt-BR"),
        widget=forms.TextInput({"list": "languages", "dir": "ltr", "size": 10}),
    )
    body = forms.CharField(
        label=_("Text"),
        max_length=LONGEST_BODY,
        required=False,
        strip=False,
        widget=forms.Textarea({"rows": 6, "dir": "auto"}),
    )

    def clean_language(self) -> str:
        tag: str = self.cleaned_data["language"].strip().replace("_", "-")
        if tag and not _TAG.fullmatch(tag):
            raise forms.ValidationError(_("This is not a tag of a language."))
        return tag

    def clean_body(self) -> str:
        return calm(self.cleaned_data["body"].replace("\r\n", "\n")).strip("\n")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if is_visible(given.get("body", "")) and not given.get("language") and "language" not in self.errors:
            self.add_error("language", _("Say in which language this is."))
        return given


class CannedTexts(forms.BaseFormSet):  # type: ignore[type-arg]  # it cannot be subscripted when it runs
    """The texts of one canned reply, of each language one."""

    def clean(self) -> None:
        languages = [form.cleaned_data["language"] for form in self.forms if self._is_kept(form)]
        if len(set(languages)) < len(languages):
            raise forms.ValidationError(_("There are two texts of one language."))

    def _is_kept(self, form: CannedTextForm) -> bool:
        return form.is_valid() and is_visible(form.cleaned_data.get("body") or "")

    def texts(self) -> dict[str, str]:
        """Return what is said by language, in the order in which it stands."""
        kept = [form.cleaned_data for form in self.forms if self._is_kept(form)]
        return {given["language"]: given["body"] for given in kept}


_FORMSET: Final = forms.formset_factory(
    CannedTextForm, formset=CannedTexts, extra=1, max_num=MOST_TEXTS, validate_max=True
)


def texts_typed(data: QueryDict) -> CannedTexts:
    return cast("CannedTexts", _FORMSET(data, prefix="texts"))


def texts_to_change(texts: Mapping[str, str], *, begin_in: str) -> CannedTexts:
    """Return the texts, and room for one more; where there are none, begun in a language."""
    rows = [{"language": language, "body": body} for language, body in texts.items()]
    return cast("CannedTexts", _FORMSET(initial=rows or [{"language": begin_in}], prefix="texts"))


def languages_to_choose() -> list[str]:
    return [code for code, _name in settings.LANGUAGES]
