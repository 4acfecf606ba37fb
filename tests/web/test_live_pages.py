"""Two browsers: what one of them does is seen in the other while its reader goes on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import Page, expect

from helpdesk.conversation import replies
from helpdesk.conversation.answers import AfterReply
from helpdesk.database.instant import database_now
from helpdesk.models import Ticket
from helpdesk.tickets import ticket_attributes, ticket_status
from monitor.models import RollupMark
from monitor.promises.defaults import ensure_defaults
from tests import figures
from tests.make import Make
from tests.web.conftest import Visit, press
from tests.web.live_web import live_server, web_port

__all__ = ["live_server", "web_port"]

pytestmark = pytest.mark.browser


@pytest.fixture
def ticket(make: Make) -> Ticket:
    ensure_defaults()
    return make.ticket(now=database_now(), subject="Where is it?")


def is_told(page: Page) -> None:
    """Wait until the page has its stream: from then on nothing is asked for by the clock within the test."""
    expect(page.locator("live-state[told]")).to_be_attached()


def test_a_new_ticket_and_one_that_is_done_are_seen_in_the_queue_by_themselves(
    make: Make, visit: Visit, ticket: Ticket
) -> None:
    other = make.ticket(now=database_now(), subject="And mine?")
    page = visit(reverse("queue"), make.agent("owner"))
    is_told(page)
    page.locator(f"#row-{other.reference}").focus()
    make.ticket(now=database_now(), subject="A new one", priority="urgent")
    expect(page.get_by_text("A new one")).to_be_visible()
    with transaction.atomic():
        ticket_status.resolve(ticket=ticket, by=make.agent("colleague"), now=database_now())

    expect(page.locator(f"#row-{ticket.reference}")).to_have_count(0)
    expect(page.locator(f"#row-{other.reference}")).to_be_focused()
    expect(page.locator("live-state")).to_contain_text("Live · updated")


def test_whoever_was_offline_sees_what_has_happened_once_they_are_back(
    make: Make, visit: Visit, ticket: Ticket
) -> None:
    page = visit(reverse("queue"), make.agent("owner"))
    is_told(page)
    page.context.set_offline(True)
    expect(page.locator("live-state")).to_contain_text("Reconnecting, last updated")
    make.ticket(now=database_now(), subject="Meanwhile")
    page.context.set_offline(False)

    expect(page.get_by_text("Meanwhile")).to_be_visible()
    expect(page.locator("live-state")).to_contain_text("Live · updated")


def test_the_tabs_of_a_browser_share_one_stream_and_the_next_takes_over(
    make: Make, visit: Visit, ticket: Ticket
) -> None:
    first = visit(reverse("queue"), make.agent("owner"))
    is_told(first)
    asked: list[str] = []
    first.context.on(
        "request", lambda request: asked.append(request.url) if "/live/" in request.url else None
    )
    second = first.context.new_page()
    second.goto(first.url)
    is_told(second)
    assert asked == []
    first.close()
    is_told(second)
    make.ticket(now=database_now(), subject="A new one")

    expect(second.get_by_text("A new one")).to_be_visible()
    assert len(asked) == 1


def test_the_row_after_one_that_is_gone_has_its_focus(make: Make, visit: Visit, ticket: Ticket) -> None:
    later = make.ticket(now=database_now(), subject="Later")
    page = visit(reverse("queue"), make.agent("owner"))
    is_told(page)
    press(page, "j")
    expect(page.locator(f"#row-{ticket.reference}")).to_be_focused()
    with transaction.atomic():
        ticket_status.resolve(ticket=ticket, by=make.agent("colleague"), now=database_now())

    expect(page.locator(f"#row-{later.reference}")).to_be_focused()


def test_a_row_that_moves_to_another_group_keeps_the_focus(make: Make, visit: Visit, ticket: Ticket) -> None:
    make.ticket(now=database_now(), subject="Another")
    page = visit(reverse("queue"), make.agent("owner"))
    is_told(page)
    press(page, "j")
    expect(page.locator(f"#row-{ticket.reference}")).to_be_focused()
    with transaction.atomic():
        replies.reply_in_public(
            ticket=ticket,
            author=make.agent("colleague"),
            body="Which one?",
            now=database_now(),
            then=AfterReply.WAIT,
        )

    expect(page.locator("#group-customer")).to_be_visible()
    expect(page.locator(f"#row-{ticket.reference}")).to_be_focused()


def test_where_no_row_is_left_the_heading_has_the_focus(make: Make, visit: Visit, ticket: Ticket) -> None:
    page = visit(reverse("queue"), make.agent("owner"))
    is_told(page)
    press(page, "j")
    with transaction.atomic():
        ticket_status.resolve(ticket=ticket, by=make.agent("colleague"), now=database_now())

    expect(page.get_by_role("heading", level=1)).to_be_focused()


def test_what_a_colleague_does_is_seen_while_one_writes_and_nothing_is_lost(
    make: Make, visit: Visit, ticket: Ticket
) -> None:
    page = visit(reverse("ticket", args=[ticket.reference]), make.agent("owner"))
    is_told(page)
    page.locator("#tags").fill("half a ta")
    press(page, "Tab")
    page.locator("#id_body").fill("What I am writing")
    page.evaluate("document.getElementById('id_body').setSelectionRange(5, 9)")
    page.get_by_text("Answered by phone, in person or in a chat").click()
    page.locator("#id_body").focus()
    with transaction.atomic():
        replies.reply_in_public(
            ticket=ticket, author=make.agent("colleague"), body="It has been sent.", now=database_now()
        )
        ticket_status.resolve(ticket=ticket, by=make.agent("colleague"), now=database_now())

    expect(page.locator("#timeline")).to_contain_text("It has been sent.")
    expect(page.locator("#timeline")).to_contain_text("New since you looked")
    expect(page.locator("#standing")).to_contain_text("Resolved")
    expect(page.get_by_role("button", name="Reopen")).to_be_visible()
    expect(page.locator("#newer")).to_contain_text("1 message came after you opened this page.")
    expect(page.locator("#id_body")).to_have_value("What I am writing")
    expect(page.locator("#id_body")).to_be_focused()
    assert page.evaluate("document.getElementById('id_body').selectionStart") == 5
    expect(page.locator("#elsewhere")).to_have_attribute("open", "")
    expect(page.locator("live-state")).to_contain_text("Live · updated")


def test_a_field_that_was_changed_and_words_that_were_chosen_stay(
    make: Make, visit: Visit, ticket: Ticket
) -> None:
    page = visit(reverse("ticket", args=[ticket.reference]), make.agent("owner"))
    is_told(page)
    page.locator("#tags").fill("half a ta")
    page.locator("select[name=priority]").select_option("urgent")
    page.evaluate("getSelection().selectAllChildren(document.querySelector('#timeline .said'))")
    chosen = page.evaluate("String(getSelection())")
    with transaction.atomic():
        replies.add_note(ticket=ticket, author=make.agent("colleague"), body="Hm.", now=database_now())

    expect(page.locator("#timeline")).to_contain_text("Hm.")
    expect(page.locator("#tags")).to_have_value("half a ta")
    expect(page.locator("select[name=priority]")).to_have_value("urgent")
    assert page.evaluate("String(getSelection())") == chosen


def test_a_new_message_is_announced_once(make: Make, visit: Visit, ticket: Ticket) -> None:
    page = visit(reverse("ticket", args=[ticket.reference]), make.agent("owner"))
    is_told(page)
    page.evaluate(
        """() => { window.said = []; new MutationObserver(() => window.said.push(
            document.querySelector("#newer").innerText.trim())
        ).observe(document.querySelector("#newer"), {childList: true, subtree: true, characterData: true}); }"""
    )
    with transaction.atomic():
        replies.receive_customer_message(ticket=ticket, body="Hello?", now=database_now())
    expect(page.locator("#newer")).to_contain_text("1 message came")
    for _ in range(2):
        with page.expect_response(lambda response: "newer" in response.url):
            page.evaluate("htmx.trigger('#newer', 'live')")

    assert len([words for words in page.evaluate("window.said") if words]) == 1
    assert page.locator(":is([aria-live], [role=status], [role=alert]) due-time").count() == 0


def test_one_sees_who_else_looks_and_writes_and_that_they_have_gone(
    make: Make, visit: Visit, ticket: Ticket, no_barriers: Callable[[Page], None]
) -> None:
    address = reverse("ticket", args=[ticket.reference])
    page = visit(address, make.agent("owner"))
    rows = visit(reverse("queue"), make.agent("overseer"))
    is_told(page)
    is_told(rows)
    other = visit(address, make.agent("colleague"))
    expect(page.locator("#presence")).to_contain_text("Colleague is viewing")
    expect(other.locator("#presence")).to_contain_text("Owner is viewing")
    other.locator("#id_body").fill("Dear Jon")

    expect(page.locator("#presence")).to_contain_text("Colleague is writing a reply")
    expect(page.locator("#others-writing")).to_contain_text("Colleague is writing a reply")
    expect(rows.locator("#rows")).to_contain_text("Colleague is writing a reply")
    no_barriers(page)
    no_barriers(rows)
    beside = other.context.new_page()
    beside.goto(other.url)
    is_told(beside)
    beside.close(run_before_unload=True)
    page.reload()
    expect(page.locator("#presence")).to_contain_text("Colleague is writing a reply")
    other.close(run_before_unload=True)
    expect(page.locator("#presence")).not_to_contain_text("Colleague")
    expect(rows.locator("#rows")).not_to_contain_text("Colleague")


def test_every_figure_of_the_board_follows(make: Make, visit: Visit, ticket: Ticket) -> None:
    figures.begin()
    RollupMark.objects.create(ticket_id=ticket.pk)
    page = visit(reverse("board"), make.agent("owner"))
    waits = page.get_by_role("region", name="How long do people wait?")
    expect(waits).to_contain_text("1 wait on these days")
    page.get_by_text("More to choose by").click()
    make.ticket(now=database_now())
    with page.expect_response(lambda response: "part=page" in response.url):
        page.evaluate("htmx.trigger('#page', 'live')")

    expect(waits).to_contain_text("2 waits on these days")
    expect(page.locator("details[open]")).to_have_count(1)


def test_whoever_may_see_a_ticket_no_more_is_told_so(make: Make, visit: Visit, ticket: Ticket) -> None:
    page = visit(reverse("ticket", args=[ticket.reference]), make.agent("owner"))
    is_told(page)
    page.locator("#id_body").fill("What I am writing")
    other = make.queue("Elsewhere")
    with transaction.atomic():
        ticket_attributes.change_queue(ticket=ticket, queue=other, by=make.agent("admin"), now=database_now())

    expect(page.locator("live-state")).to_have_text("This is no longer shown to you")
    expect(page.locator("#id_body")).to_have_value("What I am writing")
