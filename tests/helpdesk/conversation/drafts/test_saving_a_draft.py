"""A draft is saved again and again, by pages that know of each other or not; nothing is overwritten unseen."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from helpdesk.attachments.file_keeping import take_in
from helpdesk.conversation import replies
from helpdesk.conversation.drafts import draft_saving
from helpdesk.conversation.drafts.draft_place import DraftPlace
from helpdesk.conversation.drafts.draft_saving import DraftSent, DraftText, PageSaving, SavedElsewhere
from helpdesk.conversation.drafts.handed_on import take_over
from helpdesk.models import Draft, DraftKind, Ticket
from tests.helpdesk.attachments.given_files import BILL
from tests.helpdesk.conversation.drafts.drafts import begun
from tests.make import NOW, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

HERE, THERE = uuid4(), uuid4()
TOKEN = uuid4()
SOON = NOW + timedelta(minutes=5)


@pytest.fixture
def ticket(make: Make) -> Ticket:
    return make.ticket()


@pytest.fixture
def place(make: Make, ticket: Ticket) -> DraftPlace:
    return DraftPlace(author=make.agent(), kind=DraftKind.COMPOSER, ticket=ticket)


def save(
    place: DraftPlace, body: str, *, page: UUID = HERE, nth: int = 1, version: int = 0, **more: object
) -> Draft | None:
    files = more.pop("files", ())
    text = DraftText(body=body, token=TOKEN, fields={"cc": [""]}, files=files)  # type: ignore[arg-type]  # numbers
    saving = PageSaving(page=page, nth=nth, version=version, **more)  # type: ignore[arg-type]  # as named there
    with transaction.atomic():
        return draft_saving.save(place, text, saving, now=SOON)


def saved() -> list[tuple[str, int]]:
    return list(Draft.objects.values_list("body", "version"))


def test_a_page_saves_as_often_as_it_likes(place: DraftPlace) -> None:
    save(place, "De")
    save(place, "Dear", nth=2)

    assert saved() == [("Dear", 2)]


def test_what_arrives_after_something_later_changes_nothing(place: DraftPlace) -> None:
    save(place, "Dear", nth=2)
    save(place, "De", nth=1)
    save(place, "Again", nth=2)

    assert saved() == [("Dear", 1)]


def test_emptied_it_is_gone(place: DraftPlace) -> None:
    save(place, "Dear")
    assert save(place, "  \n", nth=2) is None
    assert saved() == []


def test_another_page_that_has_seen_it_goes_on(place: DraftPlace) -> None:
    save(place, "Dear")
    save(place, "Dear Kim", page=THERE, version=1)

    assert saved() == [("Dear Kim", 2)]


def test_one_that_has_not_is_told_and_shown_what_was_saved(place: DraftPlace) -> None:
    save(place, "Dear")
    save(place, "Dear Kim", nth=2)

    with pytest.raises(SavedElsewhere) as refused:
        save(place, "Hello", page=THERE, version=1)

    assert refused.value.draft.body == "Dear Kim"
    assert saved() == [("Dear Kim", 2)]


def test_two_that_say_the_same_are_in_no_conflict(place: DraftPlace) -> None:
    save(place, "Dear")
    save(place, "Dear", page=THERE)

    assert saved() == [("Dear", 2)]


def test_a_page_that_has_nothing_in_it_takes_nothing_away_unseen(place: DraftPlace) -> None:
    save(place, "Dear")
    save(place, "", page=THERE)

    assert saved() == [("Dear", 1)]


def test_the_page_after_a_reload_knows_what_the_one_before_it_was_saving(place: DraftPlace) -> None:
    save(place, "De")
    save(place, "Dear", nth=2)
    save(place, "Dear K", page=THERE, version=1, after=HERE, after_nth=2)
    assert saved() == [("Dear K", 3)]

    with pytest.raises(SavedElsewhere):  # what left with the page before, and arrives last
        save(place, "Dear ", nth=3, version=1)


def test_of_two_copies_of_a_tab_only_the_first_to_save_is_not_told(place: DraftPlace) -> None:
    save(place, "Dear")
    save(place, "Dear Kim", page=THERE, after=HERE, after_nth=1)

    with pytest.raises(SavedElsewhere):
        save(place, "Dear Lee", page=uuid4(), after=HERE, after_nth=1)


def test_what_was_sent_meanwhile_is_no_draft(make: Make, ticket: Ticket, place: DraftPlace) -> None:
    save(place, "Dear")
    with transaction.atomic():
        replies.reply_in_public(
            ticket=ticket, author=make.agent(), body="Dear", now=SOON, external_id=f"page:{TOKEN}"
        )
        draft_saving.forget_sent(author=make.agent(), token=TOKEN)
    assert saved() == []

    with pytest.raises(DraftSent):
        save(place, "Dear ", nth=2)


def test_of_a_new_conversation_too(make: Make) -> None:
    place = DraftPlace(author=make.agent(), kind=DraftKind.NEW_TICKET)
    make.ticket(external_id=f"page:{TOKEN}")

    with pytest.raises(DraftSent):
        save(place, "Dear")


def test_files_wait_with_it_while_they_are_ticked(make: Make, place: DraftPlace) -> None:
    files = [take_in(BILL, giver=make.agent(), store=make.store(), now=NOW).pk for _ in range(2)]
    foreign = take_in(BILL, giver=make.agent("colleague"), store=make.store(), now=NOW).pk
    save(place, "", files=[*files, foreign])
    assert sorted(Draft.objects.get().files.values_list("pk", flat=True)) == files

    save(place, "See.", nth=2, files=files[:1])
    assert list(Draft.objects.get().files.values_list("pk", flat=True)) == files[:1]


def test_a_colleague_takes_it_over_with_its_files(make: Make, ticket: Ticket, place: DraftPlace) -> None:
    file = take_in(BILL, giver=make.agent(), store=make.store(), now=NOW)
    draft = save(place, "Dear", files=[file.pk])
    assert draft is not None

    with transaction.atomic():
        taken = take_over(draft, by=make.agent("colleague"), now=SOON)

    assert taken is not None
    assert (taken.author, taken.body) == (make.agent("colleague"), "Dear")
    assert [one.agent for one in taken.files.all()] == [make.agent("colleague")]
    assert Draft.objects.count() == 1
    assert taken.token != TOKEN


def test_beneath_what_they_had_begun_themselves(make: Make, ticket: Ticket) -> None:
    theirs = begun(ticket, make.agent(), body="Dear Kim")
    begun(ticket, make.agent("colleague"), body="Hello")

    with transaction.atomic():
        take_over(theirs, by=make.agent("colleague"), now=SOON)

    assert saved() == [("Hello\n\nDear Kim", 2)]


def test_and_its_author_who_types_on_has_one_of_their_own_again(
    make: Make, ticket: Ticket, place: DraftPlace
) -> None:
    draft = save(place, "Dear")
    assert draft is not None
    with transaction.atomic():
        take_over(draft, by=make.agent("colleague"), now=SOON)
        assert take_over(draft, by=make.agent("colleague"), now=SOON) is None
    save(place, "Dear Kim", nth=2, version=1)

    assert sorted(saved()) == [("Dear", 1), ("Dear Kim", 2)]


def test_what_two_have_begun_is_joined_with_its_copies_and_actions_and_a_note_stays_one(make: Make) -> None:
    ticket, colleague = make.ticket(), make.agent("colleague")
    theirs = begun(
        ticket, make.agent(), fields={"mode": ["note"], "cc": ["ann@x.example"], "action": ["tag:a"]}
    )
    begun(
        ticket, colleague, fields={"mode": ["public"], "cc": ["bo@x.example"], "action": [], "then": ["wait"]}
    )

    with transaction.atomic():
        joined = take_over(theirs, by=colleague, now=SOON)

    assert joined is not None
    assert joined.fields == {
        "mode": ["note"], "cc": ["bo@x.example, ann@x.example"], "action": ["tag:a"], "then": ["wait"],
    }  # fmt: skip
