"""Nobody needs an address: from the menu, the set-up page and the board one comes to all that promises are made of."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

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
