"""Saving what is being written, over and over, from one page or several: nothing unseen is overwritten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from helpdesk.conversation.drafts.draft_place import DraftPlace
from helpdesk.database.transaction import require_transaction
from helpdesk.models import Agent, Attachment, Draft
from helpdesk.models.desk.draft import DraftQuerySet
from helpdesk.refusal import Conflict

TYPED: Final = ("email", "name", "subject", "to")
"""How fields are called in which somebody types, beside the text; in all others something stands from the start."""


class SavedElsewhere(Conflict):
    """Another tab or device has saved something else since; `draft` is what it saved."""

    code = "draft-saved-elsewhere"
    sentence = _("You have written something else here in another window.")

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self.draft = draft


class DraftSent(Conflict):
    """It was sent already, from another window: what comes late is no draft of anything."""

    code = "draft-sent"
    sentence = _("This was sent already, from another window.")


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftText:
    """What stands in a form: its text, every other field by its name, the files that go along, and its token."""

    body: str
    token: UUID
    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)
    files: Sequence[int] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it that somebody would miss: choices and what was offered are not missed."""
        typed = (value for name, values in self.fields.items() if name.endswith(TYPED) for value in values)
        return not self.files and not any(each.strip() for each in (self.body, *typed))


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSaving:
    """Which page saves, the how manieth time, and what it knows: a version, or how often the page before it saved."""

    page: UUID
    nth: int
    version: int = 0
    after: UUID | None = None
    after_nth: int = 0

    def is_outrun(self, draft: Draft) -> bool:
        """Whether what the same page has said later is here already."""
        return draft.page == self.page and draft.nth >= self.nth

    def knows(self, draft: Draft) -> bool:
        """Whether whoever saves has seen what is here: it is theirs, or of the page that theirs came from."""
        inherited = draft.page == self.after and draft.nth <= self.after_nth
        return draft.page == self.page or draft.version == self.version or inherited


def save(place: DraftPlace, text: DraftText, saving: PageSaving, *, now: datetime) -> Draft | None:
    """Save what stands in a form; return the draft, null where it was emptied. What comes late changes nothing.

    Raises `SavedElsewhere`, and `DraftSent` where the token was sent meanwhile.
    """
    require_transaction()
    draft = _there(place)
    if draft is None and not text.is_empty:
        place.lock()
        draft = _there(place) or _begin(place, text, saving, now=now)
    if draft is None or saving.is_outrun(draft):
        return draft
    if not saving.knows(draft) and not _is_the_same(draft, text):
        return _refuse(draft, text)
    if text.is_empty:
        draft.delete()
        return None
    return _go_on(draft, text, saving, now=now)


def _refuse(draft: Draft, text: DraftText) -> Draft:
    """Raise `SavedElsewhere`; who has nothing to lose need not choose."""
    if text.is_empty:
        return draft
    raise SavedElsewhere(draft)


def _there(place: DraftPlace) -> Draft | None:
    return place.drafts().select_for_update(of=("self",)).first()


def _begin(place: DraftPlace, text: DraftText, saving: PageSaving, *, now: datetime) -> Draft:
    if place.was_sent(text.token):
        raise DraftSent
    first = {"begun_at": now, "saved_at": now, "page": saving.page, "nth": 0, "version": saving.version}
    return Draft.objects.create(**place.columns, **first, token=text.token)


def _go_on(draft: Draft, text: DraftText, saving: PageSaving, *, now: datetime) -> Draft:
    draft.body, draft.token = text.body, text.token
    draft.fields = {name: list(values) for name, values in text.fields.items()}
    draft.page, draft.nth = saving.page, saving.nth
    draft.version += 1
    draft.saved_at = now
    draft.save()
    _keep_files(draft, text.files)
    return draft


def _keep_files(draft: Draft, numbers: Sequence[int]) -> None:
    """Have these files wait as long as the draft does; what is ticked no more waits as any other file does."""
    draft.files.exclude(pk__in=numbers).update(draft=None)
    if numbers:
        Attachment.objects.given_by(draft.author).filter(pk__in=numbers).update(draft=draft)


def _is_the_same(draft: Draft, text: DraftText) -> bool:
    return draft.body == text.body and draft.fields == {name: list(of) for name, of in text.fields.items()}


def forget_sent(*, author: Agent, token: UUID) -> None:
    """Let go of the draft of what was sent under this token, in the transaction that sends it.

    The ticket is locked before it, as where it is saved.
    """
    let_go(Draft.objects.by(author).filter(token=token))


def let_go(drafts: DraftQuerySet) -> int:
    """Delete drafts, and return how many; each is locked before its files, as where it is saved."""
    require_transaction()
    numbers = list(drafts.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    if not numbers:
        return 0
    return Draft.objects.filter(pk__in=numbers).delete()[1].get("helpdesk.Draft", 0)
