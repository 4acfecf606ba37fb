"""Dry runs on their pages: begun by a draft, looked at, called off, published, and begun again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.conversation.replies import reply_in_public
from helpdesk.database.instant import database_now
from monitor.models import CalendarVersion, Clock, Confirmation, PolicyVersion, Trial, TrialRow
from monitor.promises import draft
from monitor.promises.draft import CalendarDraft
from tests.make import Make
from tests.monitor.promises.trial import tried
from tests.monitor.watched import promises

__all__ = ["promises"]

pytestmark = [pytest.mark.database, pytest.mark.django_db, pytest.mark.usefixtures("promises")]


@pytest.fixture
def admin(make: Make, client: Client) -> Client:
    client.force_login(make.agent("admin"))
    return client


def begin(client: Client, *drafts: str, days: int = 30) -> Any:
    return client.post(reverse("trials"), {"draft": list(drafts), "days": days})


def publish(client: Client, trial: Trial) -> Any:
    """Publish what was tried, by somebody who has read what is doubted of it."""
    now = database_now()
    return client.post(reverse("trial-publication", args=[trial.pk]), {"meant": tried.meant(trial, now=now)})


def hurried(**fields: Any) -> str:
    return json.dumps(draft.to_json(tried.draft(**fields)))


def read(client: Client, name: str, *places: object, query: str = "") -> str:
    answer = client.get(reverse(name, args=places) + query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_a_draft_is_tried_and_each_number_leads_to_its_tickets(admin: Client, make: Make) -> None:
    now, published = database_now(), PolicyVersion.objects.count()
    waiting = make.ticket(now=now - 2 * tried.HOUR)
    answered = make.ticket(now=now - 3 * tried.HOUR)
    reply_in_public(ticket=answered, author=make.agent(), body="Here.", now=now - 2.9 * tried.HOUR)

    answer = begin(admin, hurried(scope="new_and_open"))
    trial = Trial.objects.get()
    assert answer.headers["Location"] == reverse("trial", args=[trial.pk])
    assert "begins within seconds" in read(admin, "trial", trial.pk)
    tried.go_on(now=database_now())

    page = read(admin, "trial", trial.pk)
    assert "late at once" in page
    assert "As it would have been" in page
    late = read(admin, "trial-tickets", trial.pk, query="?part=open&move=late")
    assert "late at once</bdi></h1>" in late
    assert waiting.reference in late
    assert answered.reference not in late
    broken = read(
        admin, "trial-tickets", trial.pk, query="?part=past&metric=first_response&before=met&after=late"
    )
    assert answered.reference in broken
    assert PolicyVersion.objects.count() == published


def test_exactly_what_was_tried_is_published(admin: Client, make: Make) -> None:
    ticket = make.ticket(now=database_now() - tried.HOUR)
    begin(admin, hurried(scope="new_and_open", why="They wait."))
    tried.go_on(now=database_now())
    trial = Trial.objects.get()

    publish(admin, trial)

    version = PolicyVersion.objects.latest("pk")
    assert (version.rules, version.scope, version.why) == (tried.HURRIED, "new_and_open", "They wait.")
    assert "Published" in read(admin, "trial", trial.pk)
    tried.go_on(now=database_now())
    due = Clock.objects.get(ticket=ticket, metric="first_response").due_at
    row = TrialRow.objects.get(trial=trial, part="open", metric="first_response")
    assert due == row.due_after


def test_what_somebody_published_meanwhile_is_not_published_over(admin: Client, make: Make) -> None:
    begin(admin, hurried())
    tried.go_on(now=database_now())
    other = tried.draft(rules={"targets": {}})
    draft.publish(other, by=make.agent("admin"), now=database_now())
    trial = Trial.objects.get()

    assert "published since" in read(admin, "trial", trial.pk)
    answer = publish(admin, trial)

    assert answer.status_code == 409
    assert "published another version meanwhile" in answer.content.decode()
    assert Trial.objects.get().published_at is None
    again = trial.drafts[0] | {"seen": None}
    assert begin(admin, json.dumps(again)).status_code == 302


@pytest.mark.parametrize(
    "said", ["", "{", "[]", "3", '{"kind": "policy"}', '{"kind": "none"}', '{"name": 1}']
)
def test_a_draft_that_cannot_be_read_is_refused_in_words(admin: Client, said: str) -> None:
    answer = begin(admin, said)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert not Trial.objects.exists()


def test_rules_that_cannot_be_are_refused_in_words(admin: Client) -> None:
    answer = begin(admin, hurried(rules={"targets": {"tea": {"seconds": 1}}}))

    assert answer.status_code == 422
    assert "tea" in answer.content.decode()


def test_a_dry_run_is_called_off(admin: Client, make: Make) -> None:
    make.ticket(now=database_now())
    begin(admin, hurried())
    trial = Trial.objects.get()

    admin.post(reverse("trial-cancellation", args=[trial.pk]))
    tried.go_on(now=database_now())

    assert "Cancelled" in read(admin, "trial", trial.pk)
    assert Trial.objects.get().complete_at is None
    assert begin(admin, hurried()).status_code == 302


def test_an_overseer_sees_their_queues_alone_and_begins_nothing(
    admin: Client, make: Make, client: Client
) -> None:
    now = database_now()
    mine, other = (
        make.ticket(now=now - tried.HOUR),
        make.ticket(now=now - tried.HOUR, queue=make.queue("Elsewhere")),
    )
    begin(admin, hurried(scope="new_and_open"))
    tried.go_on(now=database_now())
    trial = Trial.objects.get()

    client.force_login(make.agent("overseer"))

    assert "Elsewhere" not in read(client, "trial", trial.pk)
    listed = read(client, "trial-tickets", trial.pk, query="?part=open")
    assert mine.reference in listed
    assert other.reference not in listed
    assert begin(client, hurried()).status_code == 403
    assert client.post(reverse("trial-publication", args=[trial.pk])).status_code == 403


def test_of_a_desk_without_tickets_it_says_so(admin: Client) -> None:
    begin(admin, hurried())
    tried.go_on(now=database_now())

    page = read(admin, "trial", Trial.objects.get().pk)
    assert "Nothing runs on any open ticket" in page
    assert "Nobody asked for anything" in page


def test_an_address_that_asks_for_nonsense_lists_nothing(admin: Client, make: Make) -> None:
    make.ticket(now=database_now())
    trial = tried.counted(make.agent("admin"), tried.draft(), now=database_now())

    page = read(
        admin, "trial-tickets", trial.pk, query="?part=x&queue=99999999999999999999&metric=%00&shown_to=x"
    )
    assert "no such ticket" in page


@pytest.mark.parametrize(
    "forged",
    [
        {"name": "\ud800"},
        {"name": " "},
        {"why": "x" * 10_000},
        {"scope": "everybody"},
        {"policy": 2**70},
        {"calendar": 2**70},
        {"position": 2**31},
        {"rules": {"a": {}}},
        {"rules": {"match": 5}},
        {"effective_at": "2099-01-01T00:00:00"},
        {"effective_at": "9999-12-31T23:59:59-12:00"},
        {"effective_at": "0001-01-01T00:00:00+14:00"},
    ],
    ids=str,
)
def test_what_no_editor_wrote_is_refused_at_every_door(admin: Client, forged: dict[str, Any]) -> None:
    one = draft.to_json(tried.draft()) | forged
    text, before = json.dumps(one), PolicyVersion.objects.count()
    doors: dict[str, tuple[dict[str, str], int]] = {
        "trials": ({"draft": text, "days": "30"}, 422),
        "tester": ({"draft": text}, 422),
        "policy-publication": ({"drafts": f"[{text}]"}, 302),
        "policy-again": ({"drafts": f"[{text}]"}, 302),
    }
    for name, (sent, status) in doors.items():
        assert admin.post(reverse(name), sent).status_code == status, name
    assert not Trial.objects.exists()
    assert PolicyVersion.objects.count() == before


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "1" * 5_000, "5", "[]", '{"kind": []}'], ids=lambda it: it[:9]
)
def test_what_is_no_draft_at_all_is_refused(admin: Client, text: str) -> None:
    assert begin(admin, text).status_code == 422
    assert admin.post(reverse("tester"), {"draft": text}).status_code == 422
    assert admin.post(reverse("tester"), {"sent": text}).status_code == 422


def test_what_was_tried_is_published_once(admin: Client) -> None:
    new = tried.draft(policy=None, name="For those in a hurry")
    begin(admin, json.dumps(draft.to_json(new)))
    trial = Trial.objects.get()
    assert publish(admin, trial).status_code == 302
    count = PolicyVersion.objects.count()

    assert admin.post(reverse("trial-publication", args=[trial.pk])).status_code == 302
    assert PolicyVersion.objects.count() == count


def test_a_new_policy_that_was_tried_is_not_called_as_another_is(admin: Client) -> None:
    begin(admin, json.dumps(draft.to_json(tried.draft(policy=None, name="EVERYBODY"))))
    answer = publish(admin, Trial.objects.get())

    assert answer.status_code == 409
    assert "There is one of this name" in answer.content.decode()


NEVER_OPEN = CalendarDraft(calendar=None, name="Never", spec={"timezone": "UTC", "weekly": {}})


@pytest.mark.parametrize(
    ("tried_draft", "doubt"),
    [(None, "never matches"), (NEVER_OPEN, "never opens")],
    ids=["a policy", "hours"],
)
def test_what_may_not_be_meant_is_asked_about_before_it_is_published(
    admin: Client, tried_draft: CalendarDraft | None, doubt: str
) -> None:
    """As it is on the review of a policy, and before hours are published: who has not read it publishes nothing."""
    impossible = {"match": {"queue": [10**9]}, **tried.HURRIED}
    proposed = tried_draft or tried.draft(policy=None, name="For nobody", rules=impossible)
    begin(admin, json.dumps(draft.to_json(proposed)))
    tried.go_on(now=database_now())
    trial = Trial.objects.get()
    address = reverse("trial-publication", args=[trial.pk])
    page = read(admin, "trial", trial.pk)
    assert "Is this meant?" in page
    before = PolicyVersion.objects.count(), CalendarVersion.objects.count()

    for unread in ({}, {"meant": "x"}):
        refused = admin.post(address, unread)
        assert refused.status_code == 422
        assert "Read first what may not be meant" in refused.content.decode()
    assert (PolicyVersion.objects.count(), CalendarVersion.objects.count()) == before
    assert Trial.objects.get().published_at is None

    key = page.partition('name="meant" value="')[2].partition('"')[0]
    assert admin.post(address, {"meant": key}).status_code == 302
    assert (PolicyVersion.objects.count(), CalendarVersion.objects.count()) != before
    assert Confirmation.objects.exists(), "whoever publishes stands by it"
