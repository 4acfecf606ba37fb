"""The plain list, the environment, preferences, and pages that cannot be shown."""

from __future__ import annotations

import re

import pytest
from django.contrib.staticfiles import finders
from django.db.models import Q
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils.safestring import SafeString
from pytest_django.fixtures import Settings

from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Environment, Store, Ticket
from helpdesk.pages.frame.error_pages import broken
from helpdesk.search.list_narrowing import ListNarrowing
from tests.make import PASSWORD, Make


@pytest.fixture(autouse=True)
def no_banners(settings: Settings) -> None:
    settings.PAGE_BANNERS = []


@pytest.fixture
def owner(make: Make, client: Client) -> Agent:
    agent = make.agent("owner")
    client.force_login(agent)
    return agent


def listed(client: Client, query: str = "") -> list[str]:
    page = client.get(reverse("tickets") + query)
    assert page.status_code == 200
    return [ticket.reference for ticket in page.context["tickets"]]


def test_the_list_shows_what_the_agent_may_see_of_this_environment(
    client: Client, owner: Agent, make: Make
) -> None:
    mine = make.ticket(now=database_now())
    make.ticket(now=database_now(), queue=make.queue("Elsewhere"))
    make.ticket(now=database_now(), store=make.store("Trial", environment=Environment.TEST))

    assert listed(client) == [mine.reference]


def test_the_outsider_sees_none_of_it(client: Client, make: Make) -> None:
    make.ticket(now=database_now())
    client.force_login(make.agent("outsider"))
    assert listed(client) == []


def test_each_filter_keeps_exactly_its_tickets(client: Client, owner: Agent, make: Make) -> None:
    plain = make.ticket(now=database_now())
    urgent = make.ticket(now=database_now(), priority="urgent")
    Ticket.objects.filter(pk=urgent.pk).update(assignee=owner, status="resolved")

    for query, expected in {
        "?priority=urgent": [urgent],
        "?assignee=me": [urgent],
        "?assignee=nobody": [plain],
        f"?assignee={owner.pk}": [urgent],
        "?status=live": [plain],
        "?status=resolved": [urgent],
        f"?queue={plain.queue_id}": [urgent, plain],
        f"?store={plain.store_id}&status=live": [plain],
    }.items():
        assert listed(client, query) == [ticket.reference for ticket in expected], query


@pytest.mark.parametrize(
    "query", ["?status=x", "?queue=x", "?queue=999999", "?store=²", "?assignee=" + "9" * 40, "?priority=-1"]
)
def test_a_filter_that_names_nothing_lists_nothing(
    client: Client, owner: Agent, make: Make, query: str
) -> None:
    make.ticket(now=database_now())
    assert listed(client, query) == []


def test_pages_follow_one_another_without_gap_or_repeat(client: Client, owner: Agent, make: Make) -> None:
    now = database_now()
    expected = [make.ticket(now=now).reference for _ in range(53)][::-1]

    first = client.get(reverse("tickets"))
    assert [ticket.reference for ticket in first.context["tickets"]] == expected[:50]
    assert listed(client, "?" + first.context["older"]) == expected[50:]


@pytest.mark.parametrize(
    "before", ["x", ",", "2026-01-01,1", "9999-99-99T00:00:00Z,1", "2026-01-01T00:00:00Z,²"]
)
def test_a_broken_cursor_starts_from_the_top(client: Client, owner: Agent, make: Make, before: str) -> None:
    ticket = make.ticket(now=database_now())
    assert listed(client, f"?before={before}") == [ticket.reference]


def only_lamps(request: object) -> ListNarrowing:
    return ListNarrowing(Q(subject__contains="Lamp"), ["about lamps"])


def test_others_may_add_filters_by_settings(
    client: Client, owner: Agent, make: Make, settings: Settings
) -> None:
    settings.TICKET_FILTERS = [f"{__name__}.only_lamps"]
    lamp = make.ticket(now=database_now(), subject="Lamp")
    make.ticket(now=database_now(), subject="Chair")

    assert listed(client) == [lamp.reference]
    assert "about lamps" in client.get(reverse("tickets")).content.decode()


def test_demo_is_shown_first_where_nothing_else_is_and_never_changes_by_itself(
    client: Client, owner: Agent, make: Make
) -> None:
    demo = make.ticket(now=database_now(), store=make.store("Demo", environment=Environment.DEMO))
    page = client.get(reverse("tickets"))
    assert [ticket.reference for ticket in page.context["tickets"]] == [demo.reference]

    make.ticket(now=database_now(), store=make.store("Real"))
    assert listed(client) == [demo.reference]


def test_a_store_for_tests_hides_the_demo_from_nobody(client: Client, owner: Agent, make: Make) -> None:
    make.store("Trial", environment=Environment.TEST)
    assert client.get(reverse("tickets")).context["environment"] == Environment.TEST
    client.logout()
    client.force_login(owner)
    make.store("Demo", environment=Environment.DEMO)
    assert client.get(reverse("tickets")).context["environment"] == Environment.DEMO


def test_the_environment_is_switched_by_hand(client: Client, owner: Agent, make: Make) -> None:
    trial = make.ticket(now=database_now(), store=make.store("Trial", environment=Environment.TEST))
    answer = client.post(reverse("environment"), {"environment": "test", "next": reverse("tickets")})
    assert (answer.status_code, listed(client)) == (302, [trial.reference])
    assert "No customer is waiting." in client.get(reverse("tickets")).content.decode()

    client.post(reverse("environment"), {"environment": "moon"})
    assert listed(client) == [trial.reference]


GOES_ON = {"after_sending": "stay"}


def test_preferences_show_on_the_next_page(client: Client, owner: Agent) -> None:
    wanted = {"name": "Owner", "locale": "he", "timezone": "Asia/Jerusalem", "theme": "dark"} | GOES_ON
    page = client.post(reverse("preferences"), wanted, follow=True).content.decode()

    assert '<html lang="he" dir="rtl" data-theme="dark">' in page
    assert "<hot-keys" not in page


@pytest.mark.parametrize(("typed", "kept"), [("0", 0), ("30", 30), ("", None)])
def test_an_agent_says_how_long_their_replies_are_held(
    client: Client, owner: Agent, typed: str, kept: int | None
) -> None:
    wanted = {
        "name": "Owner",
        "locale": "en",
        "timezone": "UTC",
        "theme": "auto",
        "hold_seconds": typed,
    } | GOES_ON
    page = client.post(reverse("preferences"), wanted, follow=True).content.decode()

    owner.refresh_from_db()
    assert owner.hold_seconds == kept
    field = re.search(r'<select name="hold_seconds".*?</select>', page, re.DOTALL)
    assert field
    assert f'<option value="{typed}" selected>' in field[0]
    assert re.findall(r">([^<]+)</option>", field[0]) == [
        "as for everybody: 10 sec",
        "none: it leaves at once",
        "5 sec",
        "10 sec",
        "30 sec",
    ]


def test_what_was_chosen_among_others_before_is_kept(client: Client, owner: Agent) -> None:
    Agent.objects.filter(pk=owner.pk).update(hold_seconds=20)

    assert (
        '<option value="20" selected>20 sec</option>' in client.get(reverse("preferences")).content.decode()
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"locale": "tlh"},
        {"timezone": "Mars/Olympus"},
        {"theme": "pink"},
        {"name": ""},
        {"hold_seconds": "31"},
        {"hold_seconds": "7"},
        {"hold_seconds": "-1"},
    ],
)
def test_what_cannot_be_preferred_is_refused(client: Client, owner: Agent, wrong: dict[str, str]) -> None:
    fine = {"name": "Owner", "locale": "en", "timezone": "UTC", "theme": "auto", "hot_keys": "on"} | GOES_ON
    assert client.post(reverse("preferences"), fine | wrong).status_code == 422


def test_an_address_is_known_in_any_case_at_login(client: Client, make: Make) -> None:
    make.agent("owner")
    answer = client.post(
        reverse("login"), {"username": " Owner@Example.com ", "password": PASSWORD, "next": "/preferences/"}
    )
    assert (answer.status_code, answer.headers["Location"]) == (302, "/preferences/")


@pytest.mark.parametrize("wanted", [{}, {"next": "/"}])
def test_an_overseer_begins_at_the_board_and_an_agent_at_the_queue(
    client: Client, make: Make, wanted: dict[str, str]
) -> None:
    for name, first in (("owner", "queue"), ("overseer", "board")):
        login = {"username": make.agent(name).email, "password": PASSWORD, **wanted}
        assert client.post(reverse("login"), login).headers["Location"] == reverse(first)
        client.post(reverse("logout"))


def test_a_wrong_password_is_said_in_words(client: Client, make: Make) -> None:
    make.agent("owner")
    page = client.post(reverse("login"), {"username": "owner@example.com", "password": "wrong"})
    assert 'role="alert">This e-mail and this password do not belong together.' in page.content.decode()


def test_logging_out_needs_a_form_and_ends_the_session(client: Client, owner: Agent) -> None:
    assert client.get(reverse("logout")).status_code == 405
    client.post(reverse("logout"))
    assert client.get(reverse("tickets")).status_code == 302


def test_the_login_page_has_it_from_us_alone_that_somebody_has_logged_out(
    client: Client, owner: Agent
) -> None:
    way, _, word = client.post(reverse("logout")).headers["Location"].partition("=")
    assert f'data-left="{owner.pk}"' in client.get(f"{way}={word}").content.decode()
    for forged in ("", str(owner.pk), f"{word}x"):
        assert "data-left" not in client.get(f"{way}={forged}").content.decode()


def test_every_page_has_the_strict_policy(client: Client, owner: Agent) -> None:
    policy = client.get(reverse("tickets")).headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


def test_what_does_not_exist_is_said_in_the_shell(client: Client, owner: Agent) -> None:
    page = client.get("/tickets/T-NOTHING/")
    assert page.status_code == 404
    assert "There is nothing here, or it is not in a queue of yours." in page.content.decode()


def test_a_stranger_is_told_nothing_of_queues(client: Client, db: None) -> None:
    page = client.get("/nothing/")
    assert page.status_code == 404
    assert "There is nothing here." in page.content.decode()
    assert "a queue of yours" not in page.content.decode()


def test_times_name_their_zone(client: Client, owner: Agent) -> None:
    Agent.objects.filter(pk=owner.pk).update(timezone="America/New_York")
    assert "Times in <bdi>America/New York</bdi>" in client.get(reverse("tickets")).content.decode()


def test_a_queue_named_as_its_store_is_said_once(client: Client, owner: Agent, make: Make) -> None:
    ticket = make.ticket(now=database_now())
    Store.objects.filter(pk=ticket.store_id).update(name=ticket.queue.name)
    assert client.get(reverse("tickets")).content.decode().count(f"<bdi>{ticket.queue.name}</bdi>") == 1


def test_the_icon_is_found_where_browsers_look_for_one(client: Client) -> None:
    answer = client.get("/favicon.ico")
    assert answer.status_code == 302
    assert finders.find(answer.headers["Location"].removeprefix("/static/"))


def test_a_fault_of_ours_is_said_without_a_database(rf: RequestFactory) -> None:
    page = broken(rf.get("/"))
    assert page.status_code == 500
    assert b"Something broke here" in page.content


def a_banner(request: object) -> SafeString:
    return SafeString("<p>The watchman sleeps.</p>")


def a_broken_banner(request: object) -> SafeString:
    raise RuntimeError


def test_banners_come_by_settings_and_a_broken_one_is_left_out(
    client: Client, owner: Agent, settings: Settings
) -> None:
    settings.PAGE_BANNERS = [f"{__name__}.a_broken_banner", f"{__name__}.a_banner"]
    for address in (reverse("tickets"), reverse("pulse")):
        assert "The watchman sleeps." in client.get(address).content.decode()
