"""The pages of acts on many tickets: who may, what is asked first, and what is said of it."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Job, Snooze, Ticket
from helpdesk.tickets.bulk import bulk_job
from tests.make import Make

pytestmark = pytest.mark.database


@pytest.fixture
def owner(make: Make, client: Client) -> Agent:
    client.force_login(make.agent("owner"))
    return make.agent("owner")


def press(client: Client, tickets: list[Ticket], act: str, **fields: Any) -> str:
    """Tick these and press the button; return the page that comes next."""
    ticked = {"ticket": [one.reference for one in tickets], "act": act, **fields}
    return client.post(reverse("bulk"), ticked, follow=True).content.decode()


def test_what_is_done_is_said_and_undone_by_one_button(client: Client, owner: Agent, make: Make) -> None:
    tickets = [make.ticket() for _ in range(2)]

    assert "Done to 2 tickets." in press(client, tickets, "priority:urgent")
    assert set(Ticket.objects.values_list("priority", flat=True)) == {"urgent"}

    undo = reverse("bulk-undo", args=[Job.objects.get().pk])
    assert "Undone on 2 tickets." in client.post(undo, follow=True).content.decode()
    assert set(Ticket.objects.values_list("priority", flat=True)) == {"normal"}
    assert "It was so already." in client.post(undo, follow=True).content.decode()


def test_it_is_undone_on_the_list_where_it_was_done(client: Client, owner: Agent, make: Make) -> None:
    listed = reverse("queue") + "?tab=unassigned"
    page = press(client, [make.ticket()], "priority:urgent", next=listed)

    assert "Changing the priority of tickets: urgent. Done to 1 ticket." in page
    assert f'name="next" value="{listed}"' in page.partition("<undo-toast>")[2].partition("</undo-toast>")[0]


def test_what_is_skipped_leads_to_its_tickets_by_reason(client: Client, owner: Agent, make: Make) -> None:
    urgent, plain = make.ticket(priority="urgent"), make.ticket()
    page = press(client, [urgent, plain], "priority:urgent")

    assert "Done to 1 ticket." in page
    assert "It was so already." in page
    assert reverse("ticket", args=[urgent.reference]) in page
    assert reverse("ticket", args=[plain.reference]) not in page


def test_resolving_asks_first_and_says_where_a_customer_waits(
    client: Client, owner: Agent, make: Make
) -> None:
    waits = make.ticket()
    page = press(client, [waits], "status:resolved")
    assert "In 1 of them a customer waits for an answer" in page
    assert Ticket.objects.get().status == "new"

    assert "The customer waits for an answer." in press(client, [waits], "status:resolved", sure="on")
    press(client, [waits], "status:resolved", sure="on", confirmed="on")
    assert Ticket.objects.get().status == "resolved"


def test_what_is_missing_is_asked_for(client: Client, owner: Agent, make: Make) -> None:
    ticket = make.ticket()
    make.agent("colleague")
    assert "Colleague" in press(client, [ticket], "assign")
    assert "Support" in press(client, [ticket], "queue")
    assert "Tags to add" in press(client, [ticket], "tags_added")
    press(client, [ticket], "tags_added", value="late")
    assert Ticket.objects.get().tags == ["late"]


def test_all_that_the_list_shows_is_asked_about_and_done(client: Client, owner: Agent, make: Make) -> None:
    for priority in ("low", "low", "high"):
        make.ticket(priority=priority)
    everything = {"all": "on", "listed": "priority=low"}

    assert "This is for 2 tickets." in press(client, [], "priority:urgent", **everything)
    press(client, [], "priority:urgent", **everything, sure="on")
    assert sorted(Ticket.objects.values_list("priority", flat=True)) == ["high", "urgent", "urgent"]


def test_a_long_act_says_how_far_it_is(
    client: Client, owner: Agent, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_job, "TOGETHER", 1)
    page = press(client, [make.ticket(), make.ticket()], "priority:high")
    assert "0 of 2 tickets" in page
    assert "every 2s" in page


@pytest.mark.parametrize("act", ["", "nonsense", "undo", "undo:1", "status:nonsense"])
def test_what_is_asked_for_wrongly_is_not_done(client: Client, owner: Agent, make: Make, act: str) -> None:
    ticket = make.ticket()
    press(client, [ticket], act)
    assert "Tick the tickets first." in press(client, [], "priority:high")
    assert Ticket.objects.get().last_seq == 1


def test_only_ones_own_acts_are_there_and_foreign_tickets_are_not(client: Client, make: Make) -> None:
    ticket = make.ticket()
    client.force_login(make.agent("owner"))
    press(client, [ticket], "priority:high")
    number = Job.objects.get().pk

    for name in ("colleague", "outsider"):
        client.force_login(make.agent(name))
        assert client.get(reverse("bulk-act", args=[number])).status_code == 404
        assert client.post(reverse("bulk-undo", args=[number])).status_code == 404
    assert "Tick the tickets first." in press(client, [ticket], "priority:low")

    Agent.objects.filter(pk=make.agent("owner").pk).update(is_active=False)
    client.force_login(make.agent("owner"))
    assert client.get(reverse("bulk-act", args=[number])).status_code == 302
    assert Ticket.objects.get().priority == "high"


def test_several_are_put_off_by_their_agents_own_clock(client: Client, owner: Agent, make: Make) -> None:
    Agent.objects.filter(pk=owner.pk).update(timezone="Asia/Kolkata")
    tickets = [make.ticket() for _ in range(2)]

    assert "Done to 2 tickets." in press(client, tickets, "snooze:tomorrow")

    untils = {
        one.until.astimezone(ZoneInfo("Asia/Kolkata")).time() for one in Snooze.objects.all() if one.until
    }
    assert untils == {time(9)}


def test_until_another_time_is_asked_for_and_asked_again_where_it_is_over(
    client: Client, owner: Agent, make: Make
) -> None:
    ticket = make.ticket()
    assert 'type="datetime-local" name="value"' in press(client, [ticket], "snooze")
    for wrong in ("2001-01-01T09:00", "soon"):
        page = press(client, [ticket], "snooze", value=wrong)
        assert "Say a time from now on, within a year." in page
        assert 'type="datetime-local" name="value"' in page
        assert f'name="ticket" value="{ticket.reference}"' in page

    soon = (database_now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    press(client, [ticket], "snooze", value=soon)
    assert Snooze.objects.get().until is not None


def test_all_that_match_are_put_off_until_the_time_that_was_meant_when_it_was_asked(
    client: Client, owner: Agent, make: Make
) -> None:
    make.ticket()
    page = press(client, [], "snooze:hours", all="on", listed="")
    [until] = re.findall(r'name="act" value="snooze:([^"]+)"', page)

    press(client, [], f"snooze:{until}", all="on", listed="", sure="on")

    assert Snooze.objects.get().until == datetime.fromisoformat(until)
