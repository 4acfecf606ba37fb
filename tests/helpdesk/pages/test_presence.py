"""Who else is at a ticket is seen by those who may see the ticket, and by nobody a little later."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.live import presence
from helpdesk.live.doorbell import doorbell
from helpdesk.live.presence import STAYS, PresentAgent
from helpdesk.models import Ticket
from tests.make import Make

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(make: Make) -> Ticket:
    ticket = make.ticket()
    doorbell().ask(lambda redis: redis.delete(presence._place(ticket.pk)))
    return ticket


def page_of(make: Make, who: str) -> Client:
    client = Client()
    client.force_login(make.agent(who))
    return client


def say(make: Make, who: str, ticket: Ticket, state: str, page: str = "one") -> str:
    said = {"state": state, "page": page}
    answer = page_of(make, who).post(reverse("ticket-presence", args=[ticket.reference]), said)
    assert answer.status_code in (200, 204)
    return str(answer.content.decode())


def there(make: Make, who: str, ticket: Ticket) -> str:
    answer = page_of(make, who).get(reverse("ticket-presence", args=[ticket.reference]))
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_colleague_who_looks_and_one_who_writes_are_seen_and_oneself_is_not(
    make: Make, ticket: Ticket
) -> None:
    assert "is viewing" not in say(make, "owner", ticket, "viewing")
    assert "<bdi>Owner</bdi> is viewing" in say(make, "colleague", ticket, "writing")

    seen = there(make, "owner", ticket)
    assert "<bdi>Colleague</bdi> is writing a reply" in seen
    assert "Owner" not in seen
    assert (
        "<bdi>Colleague</bdi> is writing a reply"
        in page_of(make, "owner").get(reverse("ticket", args=[ticket.reference])).content.decode()
    )


def test_whoever_goes_is_gone_and_whoever_falls_silent_soon(make: Make, ticket: Ticket) -> None:
    say(make, "colleague", ticket, "writing")
    say(make, "colleague", ticket, "gone")
    assert "Colleague" not in there(make, "owner", ticket)

    place, who = presence._place(ticket.pk), f"{make.agent('colleague').pk}:two"
    silent = msgspec.json.encode(PresentAgent("Colleague", writes=True, until=0))
    doorbell().ask(lambda redis: redis.hset(place, who, silent))
    assert "Colleague" not in there(make, "owner", ticket)
    say(make, "owner", ticket, "viewing")
    left = doorbell().ask(lambda redis: redis.ttl(place))
    assert left is not None
    assert 0 < left <= STAYS <= 30


def test_of_two_pages_the_one_that_closes_leaves_its_reader_in_the_other(make: Make, ticket: Ticket) -> None:
    say(make, "colleague", ticket, "writing", "one")
    say(make, "colleague", ticket, "viewing", "two")
    seen = there(make, "owner", ticket)
    assert "<bdi>Colleague</bdi> is writing a reply" in seen
    assert "is viewing" not in seen

    say(make, "colleague", ticket, "gone", "one")
    assert "<bdi>Colleague</bdi> is viewing" in there(make, "owner", ticket)

    say(make, "colleague", ticket, "gone", "two")
    assert "Colleague" not in there(make, "owner", ticket)


def test_a_word_that_its_goodbye_has_overtaken_brings_nobody_back(make: Make, ticket: Ticket) -> None:
    say(make, "colleague", ticket, "viewing")
    say(make, "colleague", ticket, "gone")
    say(make, "colleague", ticket, "writing")
    assert "Colleague" not in there(make, "owner", ticket)

    say(make, "colleague", ticket, "viewing", "two")
    assert "<bdi>Colleague</bdi> is viewing" in there(make, "owner", ticket)


def test_a_goodbye_of_which_nothing_was_heard_before_counts_as_well(make: Make, ticket: Ticket) -> None:
    say(make, "colleague", ticket, "gone")
    say(make, "colleague", ticket, "viewing")

    assert "Colleague" not in there(make, "owner", ticket)


def test_a_goodbye_in_the_middle_of_another_word_of_its_page_is_heard(
    make: Make, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = presence._decoded

    def read_and_be_overtaken(found: Mapping[str, str]) -> dict[str, PresentAgent]:
        monkeypatch.setattr(presence, "_decoded", read)
        presence.leave(ticket, make.agent("colleague"), page="one")
        return read(found)

    monkeypatch.setattr(presence, "_decoded", read_and_be_overtaken)
    presence.tell(ticket, make.agent("colleague"), page="one", writes=True)

    assert "Colleague" not in there(make, "owner", ticket)


def test_who_stands_by_is_rung_for_where_somebody_does_something_else(
    make: Make, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[str] = []
    monkeypatch.setattr(doorbell(), "say", rung.append)
    heard = []
    deeds = ["one viewing", "two viewing", "two writing", "one writing", "one gone", "two gone"]
    for page, state in map(str.split, deeds):
        say(make, "colleague", ticket, state, page)
        heard.append(len(rung))

    assert heard == [1, 1, 2, 2, 2, 3]


def test_pages_of_which_nothing_is_heard_any_more_are_forgotten(make: Make, ticket: Ticket) -> None:
    place = presence._place(ticket.pk)
    silent = msgspec.json.encode(PresentAgent("Colleague", writes=True, until=0))
    doorbell().ask(lambda redis: redis.hset(place, f"{make.agent('colleague').pk}:old", silent))

    say(make, "owner", ticket, "viewing", "new")

    assert doorbell().ask(lambda redis: redis.hlen(place)) == 1


def test_an_outsider_learns_nothing_and_is_not_seen(make: Make, ticket: Ticket) -> None:
    say(make, "owner", ticket, "writing")
    outside = page_of(make, "outsider")
    address = reverse("ticket-presence", args=[ticket.reference])

    assert outside.get(address).status_code == 404
    assert outside.post(address, {"state": "writing"}).status_code == 404
    assert "Outsider" not in there(make, "owner", ticket)


def test_a_deactivated_agent_is_asked_to_log_in(make: Make, ticket: Ticket) -> None:
    client = page_of(make, "colleague")
    colleague = make.agent("colleague")
    colleague.is_active = False
    colleague.save()
    answer = client.post(reverse("ticket-presence", args=[ticket.reference]), {"state": "viewing"})

    assert answer.status_code == 302
    assert "/login/" in answer.headers["Location"]


def test_without_redis_nobody_is_seen_and_nothing_fails(
    make: Make, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(make, "colleague", ticket, "writing")
    monkeypatch.setattr(doorbell(), "_silent_until", float("inf"))

    assert "Colleague" not in say(make, "owner", ticket, "viewing")
