"""Wallboards: a link shows what its maker sees, in numbers alone, until it or they are gone."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from helpdesk.access import guesses
from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Environment, Membership, Queue, Role, SecurityEvent
from monitor.models import Wallboard
from tests import figures
from tests.make import Make

LINK = re.compile(r'value="[^"]*(/wall/[^"]+)"')
NUMBERS = ("late", "soon", "unacknowledged", "oldest", "half", "in-time")


@pytest.fixture
def now() -> datetime:
    return database_now()


@pytest.fixture
def overseer(make: Make, client: Client) -> Agent:
    agent = make.agent("overseer")
    client.force_login(agent)
    return agent


def made(client: Client, **form: object) -> str:
    """Make a wallboard; return the address of its link."""
    page = client.post(reverse("wallboards"), {"theme": "dark", **form}, follow=True)
    found = LINK.search(page.content.decode())
    assert found
    return found[1]


def numbers(address: str, **headers: Any) -> dict[str, str]:
    """Return what the wall says, by its six places: as somebody without a login."""
    html = Client().get(address, **headers).content.decode()
    tiles = re.split(r'id="wall-', html)[1:]
    said = {tile.partition('"')[0]: re.search(r"<dd[^>]*>(.*?)</dd>", tile, re.DOTALL) for tile in tiles}
    return {name: strip_tags(found[1]).strip() for name, found in said.items() if found}


def test_the_link_shows_six_numbers_without_a_login(
    make: Make, client: Client, overseer: Agent, now: datetime
) -> None:
    make.ticket(now=now - timedelta(hours=9))
    make.ticket(now=now - timedelta(minutes=5))
    said = numbers(made(client))

    assert tuple(said) == NUMBERS
    assert (said["late"], said["unacknowledged"], said["oldest"]) == ("1", "2", "9 hr")


def test_it_says_within_which_time_is_promised(make: Make, client: Client, overseer: Agent) -> None:
    wall = strip_tags(Client().get(made(client)).content.decode())

    assert "promised within 15 min to 4 hr" in " ".join(wall.split())
    assert "a first answer is promised within 10 min to 8 hr" in " ".join(wall.split())


def test_it_names_nobody_and_nothing(make: Make, client: Client, overseer: Agent, now: datetime) -> None:
    customer = {"email": "jon@home.example", "name": "Jon Nobody"}
    ticket = make.ticket(now=now - timedelta(hours=9), subject="A blue lamp", customer=customer)
    wall = Client().get(made(client)).content.decode()

    for word in (ticket.reference, "blue lamp", "Jon", "home.example", str(overseer), overseer.email):
        assert word not in wall


def test_it_leaves_no_cookie_and_is_kept_and_listed_by_nobody(client: Client, overseer: Agent) -> None:
    address, screen = made(client), Client()
    answers = [screen.get(address), screen.get(address, {"part": "now"})]

    assert not screen.cookies
    for answer in answers:
        told = [answer.headers[name] for name in ("Cache-Control", "X-Robots-Tag", "Referrer-Policy")]
        assert told == ["no-store", "noindex, nofollow", "no-referrer"]
        assert answer.headers["X-Frame-Options"] == "DENY"


def test_it_shows_what_its_maker_sees_and_of_their_environment(
    make: Make, client: Client, overseer: Agent, now: datetime
) -> None:
    make.ticket(now=now)
    make.ticket(now=now, queue=make.queue("Elsewhere"))
    make.ticket(now=now, store=make.store("Trial", environment=Environment.TEST))
    everything = made(client)
    assert numbers(everything)["unacknowledged"] == "1"

    make.member(overseer, queue=make.queue("Elsewhere"), role=Role.MEMBER)
    assert numbers(everything)["unacknowledged"] == "2"
    assert numbers(made(client, queue=make.queue().pk))["unacknowledged"] == "1"


def test_whoever_is_logged_in_on_the_screen_changes_nothing(
    make: Make, client: Client, overseer: Agent, now: datetime
) -> None:
    Agent.objects.filter(pk=overseer.pk).update(locale="he")
    make.ticket(now=now)
    address = made(client)
    client.force_login(make.agent("outsider"))
    wall = client.get(address)

    assert 'dir="rtl"' in wall.content.decode()
    assert wall.headers["Content-Language"] == "he"


@pytest.mark.parametrize(
    "fate", ["revoked", "gone", "a member again", "out of the queue", "no such queue any more"]
)
def test_it_ends_with_its_link_and_with_its_makers_place(
    make: Make, client: Client, overseer: Agent, now: datetime, fate: str
) -> None:
    address = made(client, queue=make.queue().pk)
    place = Membership.objects.filter(agent=overseer)
    if fate == "revoked":
        client.post(reverse("wallboard-revocation", args=[Wallboard.objects.get().pk]))
    elif fate == "gone":
        Agent.objects.filter(pk=overseer.pk).update(is_active=False)
    elif fate == "a member again":
        place.update(role=Role.MEMBER)
    elif fate == "out of the queue":
        place.delete()
    else:
        Queue.objects.filter(pk=make.queue().pk).update(retired_at=now)
        assert "retired" in client.get(reverse("wallboards")).content.decode()
    wall = Client().get(address)

    assert wall.status_code == 404
    assert "switched off" in wall.content.decode()
    assert "<dd" not in wall.content.decode()


def test_only_the_digest_is_kept_and_the_link_is_shown_once(client: Client, overseer: Agent) -> None:
    token = made(client).split("/")[2]

    assert token not in str(Wallboard.objects.values().get())
    assert token not in client.get(reverse("wallboards")).content.decode()


def test_the_page_says_when_each_was_last_shown(client: Client, overseer: Agent) -> None:
    address = made(client)
    assert "never shown" in client.get(reverse("wallboards")).content.decode()

    Client().get(address)
    shown = Wallboard.objects.get().shown_at
    Client().get(address, {"part": "now"})

    assert "last shown" in client.get(reverse("wallboards")).content.decode()
    assert Wallboard.objects.get().shown_at == shown


def test_a_queue_that_is_not_overseen_is_refused(make: Make, client: Client, overseer: Agent) -> None:
    elsewhere = make.queue("Elsewhere")
    answer = client.post(reverse("wallboards"), {"theme": "dark", "queue": elsewhere.pk})

    assert answer.status_code == 422
    assert not Wallboard.objects.exists()


def test_another_overseer_of_the_queue_sees_and_ends_it(make: Make, client: Client, overseer: Agent) -> None:
    made(client, queue=make.queue().pk)
    mine = Wallboard.objects.get()
    second = make.agent("second")
    Membership.objects.filter(agent=second).update(role=Role.OVERSEER)
    client.force_login(second)
    assert (
        reverse("wallboard-revocation", args=[mine.pk]) in client.get(reverse("wallboards")).content.decode()
    )

    client.post(reverse("wallboard-revocation", args=[mine.pk]))
    assert Wallboard.objects.get().revoked_at is not None


def test_making_and_ending_one_stand_in_the_security_log(client: Client, overseer: Agent) -> None:
    made(client)
    number = Wallboard.objects.get().pk
    for _twice in range(2):
        client.post(reverse("wallboard-revocation", args=[number]))
    told = SecurityEvent.objects.filter(facts__what="wallboard").order_by("pk")

    assert [(one.actor_id, one.facts["number"], one.facts["fields"]) for one in told] == [
        (overseer.pk, number, ["made_at"]),
        (overseer.pk, number, ["revoked_at"]),
    ]


def test_guessing_at_links_is_stopped_and_a_link_that_opens_is_not(client: Client, overseer: Agent) -> None:
    address, stranger = made(client), Client()
    answers = [
        stranger.get(f"/wall/guess-{n}/").status_code for n in range(guesses.WALLBOARD_FROM_ADDRESS.most + 1)
    ]

    assert set(answers[:-1]) == {404}
    assert answers[-1] == 429
    assert stranger.get(address).status_code == 200


def test_a_screen_costs_few_statements(make: Make, client: Client, overseer: Agent, now: datetime) -> None:
    """Four of them for today's figures: the edition, what is not folded yet, the sums, and the month's objective."""
    figures.begin()
    make.ticket(now=now - timedelta(hours=9))
    figures.fold()
    address, screen = made(client), Client()
    screen.get(address)

    with CaptureQueriesContext(connection) as asked:
        screen.get(address, {"part": "now"})
    told = [one["sql"] for one in asked if "SAVEPOINT" not in one["sql"]]
    assert len(told) <= 12, told
