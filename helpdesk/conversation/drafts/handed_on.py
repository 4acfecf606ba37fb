"""Drafts that come into other hands: a colleague goes on with one, or what was sent comes back to its author."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import uuid4

from helpdesk.conversation.drafts.draft_place import DraftPlace
from helpdesk.conversation.drafts.draft_saving import DraftText
from helpdesk.database.transaction import require_transaction
from helpdesk.models import Agent, Attachment, Draft, DraftKind


def take_over(draft: Draft, *, by: Agent, now: datetime) -> Draft | None:
    """Let an agent go on with what a colleague has begun; null where it is there no more.

    What they have begun themself at the same place stays, and stands above it.
    """
    require_transaction()
    place = DraftPlace(author=by, kind=DraftKind(draft.kind), ticket=draft.ticket, answers=draft.answers)
    place.lock()  # the ticket before its drafts, as who sends one locks them
    locked = Draft.objects.select_for_update(of=("self",)).filter(pk=draft.pk).exclude(author=by).first()
    if locked is None:
        return None
    files = list(locked.files.values_list("pk", flat=True))
    taken = DraftText(body=locked.body, token=uuid4(), fields=locked.fields, files=files)
    locked.delete()
    Attachment.objects.filter(pk__in=files).update(agent=by)
    return put_back(place, taken, now=now)


def put_back(place: DraftPlace, text: DraftText, *, now: datetime) -> Draft:
    """Make a draft of a text that stood somewhere else; beneath what is written at its place already.

    What was for colleagues alone makes a note of both: nothing of it is sent to a customer by being joined.
    """
    require_transaction()
    place.lock()
    there = place.drafts().select_for_update(of=("self",)).first()
    if there is None:
        saved = {"begun_at": now, "saved_at": now, "page": uuid4(), "nth": 0}
        fields = {name: list(values) for name, values in text.fields.items()}
        there = Draft.objects.create(
            **place.columns, **saved, body=text.body, token=text.token, fields=fields
        )
    else:
        there.body = f"{there.body}\n\n{text.body}"
        there.fields = _together(there.fields, text.fields)
        there.version, there.page, there.nth, there.saved_at = there.version + 1, uuid4(), 0, now
        there.save()
    _give(there, text.files)
    return there


def _together(there: Mapping[str, Sequence[str]], added: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Join what two forms say: what one has chosen stays, copies and actions come beside it, a note stays a note."""
    chosen = {name: values for name, values in there.items() if any(values)}
    joined = {name: list(values) for name, values in {**added, **chosen}.items()}
    both = {name: [*filter(None, (*there.get(name, ()), *added.get(name, ())))] for name in joined}
    if "cc" in both:
        joined["cc"] = [", ".join(dict.fromkeys(both["cc"]))]
    if "action" in both:
        joined["action"] = [*dict.fromkeys(both["action"])]
    if "note" in both.get("mode", ()):
        joined["mode"] = ["note"]
    return joined


def _give(draft: Draft, files: Sequence[int]) -> None:
    Attachment.objects.given_by(draft.author).filter(pk__in=files).update(draft=draft)
