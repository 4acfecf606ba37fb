"""A ticket is found by any of its words a moment after they were written, by whoever may see it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from helpdesk.access import erasure
from helpdesk.conversation import replies
from helpdesk.database.statement import run
from helpdesk.models import Customer, Environment, SearchProgress, SearchRow, Status, Ticket
from helpdesk.search import facets, search_rows, ticket_search
from helpdesk.search.search_terms import terms_of
from helpdesk.search.ticket_search import SearchFilter
from tests.make import NOW, Make

pytestmark = pytest.mark.django_db

LIVE = SearchFilter(environment=Environment.LIVE)


def catch_up(limit: int = 100) -> int:
    with transaction.atomic():
        return search_rows.catch_up(limit=limit)


def found(question: str, within: SearchFilter = LIVE) -> list[int]:
    return [hit.ticket_id for hit in ticket_search.find(terms_of(question), within)]


@pytest.mark.parametrize("question", [
    "broken kettle", "KETTLE", "kett", "ORD-4711/22", "4711", "shop-77", "zelda@example.com", "zelda quinn", "uinn",
    "0171 123 45 67", "விநியோகம்", "משלוח", "จัดส่ง", "gold-7", "fragile",
])  # fmt: skip
def test_a_ticket_is_found_by_whatever_is_known_of_it(make: Make, question: str) -> None:
    make.ticket(subject="Something else", body="Nothing of this.")
    ticket = make.ticket(
        subject="The broken kettle",
        external_id="shop-77",
        body="My number is +49 171 1234567. என் விநியோகம், והמשלוח, การจัดส่ง?",
        customer={"email": "zelda@example.com", "name": "Zelda Quinn"},
        order={"id": "ORD-4711/22"},
        metadata={"card": "gold-7"},
        tags=["fragile"],
    )
    catch_up()

    assert found(question) == [ticket.pk]


def test_it_is_found_by_its_reference(make: Make) -> None:
    ticket = make.ticket()
    make.ticket()
    catch_up()

    assert found(ticket.reference) == found(ticket.reference.lower().replace("-", "")) == [ticket.pk]


def test_what_is_said_later_is_found_too_and_notes_are(make: Make) -> None:
    ticket, agent = make.ticket(), make.agent()
    catch_up()
    with transaction.atomic():
        replies.reply_in_public(ticket=ticket, author=agent, body="We send a samovar.", now=NOW)
        replies.add_note(ticket=ticket, author=agent, body="He is a duke.", now=NOW)

    assert found("samovar") == []
    assert catch_up() == 1
    assert found("samovar") == found("duke") == [ticket.pk]


def test_nothing_is_written_twice_and_nothing_is_left_out(make: Make) -> None:
    tickets = {make.ticket().pk for _ in range(7)}

    assert [catch_up(limit=3) for _ in range(4)] == [3, 3, 1, 0]
    assert set(SearchRow.objects.values_list("pk", flat=True)) == tickets


def test_each_store_is_followed_from_its_beginning(make: Make) -> None:
    make.ticket()
    make.ticket(store=make.store("Another"))

    assert catch_up() == 2
    assert SearchProgress.objects.count() == 2


def test_the_question_of_what_has_changed_costs_the_same_however_much_there_is(make: Make) -> None:
    make.ticket()
    catch_up()

    with CaptureQueriesContext(connection) as asked:
        assert catch_up() == 0
    assert len(asked) <= 6


def test_found_by_its_head_a_ticket_comes_before_newer_ones(make: Make) -> None:
    by_head = make.ticket(subject="Kettle")
    by_text = make.ticket(subject="Other", body="a kettle", now=NOW + timedelta(hours=1))
    catch_up()

    assert found("kettle") == [by_head.pk, by_text.pk]


def test_only_the_queues_and_the_environment_are_searched_that_were_named(make: Make) -> None:
    here, there = make.queue(), make.queue("Elsewhere")
    ticket = make.ticket(body="kettle")
    other = make.ticket(body="kettle", store=make.store("Other", queue=there))
    test = make.ticket(body="kettle", store=make.store("Trial", environment=Environment.TEST))
    catch_up()

    def among(*queues: int, environment: str = Environment.LIVE) -> list[int]:
        return found("kettle", SearchFilter(environment=environment, queue_ids=queues))

    assert among(here.pk) == [ticket.pk]
    assert set(among(here.pk, there.pk)) == {ticket.pk, other.pk}
    assert among(here.pk, environment=Environment.TEST) == [test.pk]
    assert ticket_search.find(terms_of("kettle"), SearchFilter(environment="live", queue_ids=[])) == []


def test_it_is_narrowed_by_store_status_and_days(make: Make) -> None:
    ticket = make.ticket(body="kettle")
    other = make.ticket(body="kettle", store=make.store("Other"), now=NOW + timedelta(days=40))
    catch_up()

    def within(**fields: object) -> list[int]:
        return found("kettle", SearchFilter(environment="live", **fields))  # type: ignore[arg-type]

    assert within(store_id=other.store_id) == [other.pk]
    assert within(statuses=[Status.RESOLVED]) == []
    assert set(within(statuses=[Status.NEW, Status.OPEN])) == {ticket.pk, other.pk}
    assert within(asked_from=NOW.date(), asked_to=NOW.date()) == [ticket.pk]
    assert within(asked_from=NOW.date() + timedelta(days=1)) == [other.pk]
    assert within(asked_from=date(1990, 1, 1), asked_to=NOW.date()) == [ticket.pk]


@pytest.mark.parametrize("status", [Status.SPAM, Status.DELETED])
def test_what_was_put_aside_is_found_where_that_is_asked_for(make: Make, status: Status) -> None:
    ticket = make.ticket(body="kettle")
    Ticket.objects.filter(pk=ticket.pk).update(status=status)
    catch_up()

    assert found("kettle") == []
    assert found("kettle", SearchFilter(environment="live", statuses=[status])) == [ticket.pk]


def test_a_common_word_is_looked_for_among_the_newest_first(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The steps are as small as the crowd: what is found must be the newest, whichever of them it came from."""
    monkeypatch.setattr(facets, "STEPS", (1, 2, 3))
    monkeypatch.setattr(ticket_search, "MOST_HITS", 3)
    monkeypatch.setattr(ticket_search, "BEARABLE", 0)
    tickets = [make.ticket(body="kettle" if number % 3 else "pot").pk for number in range(40)]
    catch_up()

    kettles = [pk for number, pk in enumerate(tickets) if number % 3]
    assert sorted(found("kettle ")) == kettles[-3:]
    pots = [pk for number, pk in enumerate(tickets) if not number % 3]
    assert sorted(found("pot ")) == pots[-3:]


def test_a_part_of_a_word_is_looked_for_where_nothing_else_is_found(make: Make) -> None:
    longer, whole = make.ticket(subject="Teakettle"), make.ticket(subject="Kettle")
    catch_up()

    assert found("kettle") == [whole.pk]
    assert found("akettl") == [longer.pk]


@pytest.mark.parametrize("step", facets.STEPS)
def test_the_facets_of_the_newest_stand_for_as_many_as_they_say(step: int) -> None:
    latest = 1_000_000
    number = facets.number_of_newest(latest, step)

    assert set(facets.newest(latest, step)) & set(facets.of_age(latest - number + 1))
    assert not set(facets.newest(latest, step)) & set(facets.of_age(latest - number))


def test_a_question_is_planned_for_its_own_words_however_often_it_is_asked(make: Make) -> None:
    make.ticket(body="kettle")
    catch_up()
    for _ in range(8):
        found("kettle")

    prepared = run("SELECT statement FROM pg_prepared_statements", ())
    assert not [text for (text,) in prepared if "@@" in text]


@pytest.mark.parametrize(
    "question", ["'", "\\", "a'b\\c", "!", "a & b | c:*", "%", "_", "/s1", "x" * 5000, "\x00"]
)
def test_no_question_is_a_statement(make: Make, question: str) -> None:
    make.ticket(body="nothing of the kind")
    catch_up()

    assert found(question) == []


def test_a_customer_who_is_erased_is_found_no_more_from_that_moment_on(make: Make) -> None:
    ticket = make.ticket(subject="Kettle", body="My name is Zelda", external_id="zelda-1")
    catch_up()

    with transaction.atomic():
        erasure.erase_customer(customer=Customer.objects.get())

    assert found("zelda") == found("kettle") == []
    assert catch_up() == 1
    assert found("zelda") == found("kettle") == []
    assert found(ticket.reference) == [ticket.pk]
    row = SearchRow.objects.get()
    assert "zelda" not in f"{row.head}{row.heads}{row.words}".lower()


def test_a_huge_conversation_is_found_by_its_newest_words_and_says_that_it_was_cut(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("helpdesk.search.search_text.MOST_WORDS", 300)
    ticket = make.ticket(subject="Kettle", body="first " + " ".join(f"a{number}" for number in range(1000)))
    with transaction.atomic():
        replies.reply_in_public(ticket=ticket, author=make.agent(), body="samovar", now=NOW)
    catch_up()

    assert found("samovar") == found("kettle") == [ticket.pk]
    assert found("a999") == []
    assert SearchRow.objects.get().is_cut


def test_words_as_many_and_as_long_as_a_body_allows_fit_into_a_row(make: Make) -> None:
    word = "ம்" * 32
    make.ticket(body="".join(f"{number}{word} " for number in range(1400)), now=NOW)
    make.ticket(body="x" * 100_000)
    make.ticket(body=" ".join(map(str, range(15_000))))

    assert catch_up() == 3
