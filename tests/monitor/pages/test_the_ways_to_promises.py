"""Nobody needs an address: from the menu, the set-up page and the board one comes to all that promises are made of."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.furnished import Furnished
from tests.make import Make

PLACES = ("policies", "calendars", "tester", "trials", "broken", "freezes", "months")
WAYS = {
    "checklist": {"policies", "calendars"},
    **{name: set(PLACES) for name in PLACES},
    "explanations": {"board", "tester"},
    "board": {"tester", "explanations", "months", "broken", "freezes"},
}
"""By page: where it leads."""


@pytest.mark.parametrize("name", WAYS)
def test_each_page_about_promises_leads_to_its_neighbours(make: Make, client: Client, name: str) -> None:
    client.force_login(make.agent("admin"))

    page = client.get(reverse(name)).content.decode()

    main = page.partition("<main")[2]
    assert {place for place in WAYS[name] if f'href="{reverse(place)}"' not in main} == set()


def test_a_page_of_promises_says_which_of_them_it_is(make: Make, client: Client) -> None:
    client.force_login(make.agent("overseer"))

    for name in PLACES:
        page = client.get(reverse(name)).content.decode()
        assert f'href="{reverse(name)}" aria-current="page"' in page.partition("<main")[2]


BELOW = {
    "/promises/new/": "policies",
    "/promises/{number}/": "policies",
    "/promises/{number}/editing/": "policies",
    "/promises/{number}/place/": "policies",
    "/promises/{number}/retirement/": "policies",
    "/promises/{number}/versions/{version}/restoration/": "policies",
    "/calendars/new/": "calendars",
    "/calendars/{number}/": "calendars",
    "/calendars/{number}/edit/": "calendars",
    "/calendars/{number}/versions/": "calendars",
    "/calendars/{number}/versions/{version}/restoration/": "calendars",
    "/trials/{number}/": "trials",
    "/trials/{number}/tickets/?part=open": "trials",
    "/broken/causes/": "broken",
    "/board/months/{number}/": "months",
}
"""Pages below one of them: below which."""


def test_a_page_below_one_of_them_leads_to_all_and_says_which_it_is_of(make: Make, client: Client) -> None:
    desk = Furnished(make)
    client.force_login(desk.admin)

    for route, place in BELOW.items():
        tabs = client.get(desk.address(route)).content.decode().partition("<main")[2].partition("</nav>")[0]
        assert f'href="{reverse(place)}" aria-current="true"' in tabs, route
        assert tabs.count("aria-current") == 1, route
        assert {one for one in PLACES if f'href="{reverse(one)}"' not in tabs} == set(), route


def test_the_way_up_from_a_calendars_versions_is_the_calendar(make: Make, client: Client) -> None:
    desk = Furnished(make)
    client.force_login(desk.admin)

    for route in ("/calendars/{number}/versions/", "/calendars/{number}/versions/{version}/restoration/"):
        main = client.get(desk.address(route)).content.decode().partition("<main")[2]
        assert f'href="{desk.address("/calendars/{number}/")}"' in main


def test_agents_who_see_their_broken_promises_are_led_to_no_page_that_they_may_not_see(
    make: Make, client: Client
) -> None:
    client.force_login(make.agent("owner"))

    main = client.get(reverse("broken")).content.decode().partition("<main")[2]

    assert not [name for name in set(PLACES) - {"broken"} if f'href="{reverse(name)}"' in main]


def test_set_up_leads_to_our_own_page_of_promises(make: Make, client: Client) -> None:
    client.force_login(make.agent("admin"))

    page = client.get(reverse("checklist")).content.decode()

    assert reverse("admin:monitor_policyversion_changelist") not in page
