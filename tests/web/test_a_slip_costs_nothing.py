"""A slip costs nothing: no single key ends a ticket, and what was being written is never lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import Page, expect

from helpdesk.conversation import replies
from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Status, Ticket
from helpdesk.tickets import assignment, ticket_status
from tests.make import PASSWORD, Make
from tests.web.conftest import Visit, held_back, press

pytestmark = pytest.mark.browser

TEXT = "My half answer, with care"


@pytest.fixture
def ticket(make: Make) -> Ticket:
    return make.ticket(now=database_now(), subject="Where is my order?")


@pytest.fixture
def owner(make: Make) -> Agent:
    return make.agent("owner")


@pytest.fixture
def page(visit: Visit, owner: Agent, ticket: Ticket) -> Page:
    return visit(reverse("ticket", args=[ticket.reference]), owner)


def status_of(ticket: Ticket) -> str:
    ticket.refresh_from_db()
    return ticket.status


def test_the_key_to_resolve_asks_and_a_second_thought_costs_nothing(page: Page, ticket: Ticket) -> None:
    question = page.get_by_role("button", name="Resolve it unanswered")
    for afterwards in ("e", "Enter", " "):
        press(page, "e")
        expect(question).to_be_visible()
        expect(page.locator("summary[data-key=e]")).to_be_focused()
        press(page, afterwards)
        expect(question).not_to_be_visible()
    assert status_of(ticket) == Status.NEW

    press(page, "e")
    press(page, "Tab")
    expect(question).to_be_focused()
    press(page, "Enter")
    expect(page.locator("#messages")).to_have_text("Resolved.")


def test_words_meant_for_a_field_do_nothing_to_the_ticket(page: Page, make: Make, ticket: Ticket) -> None:
    with transaction.atomic():
        assignment.claim(ticket=ticket, by=make.agent("colleague"), now=database_now())
    page.reload()
    before = ticket.events.count()
    page.wait_for_load_state()
    page.keyboard.type("please send me the case once more, each and every line ", delay=20)
    page.keyboard.press("Enter")
    page.wait_for_timeout(500)

    assert ticket.events.count() == before
    assert page.locator("article").count() == 1


def test_a_key_held_down_acts_once(page: Page, ticket: Ticket) -> None:
    page.wait_for_load_state()
    for _ in range(5):
        page.keyboard.down("a")
    page.keyboard.up("a")
    expect(page.locator("#messages")).to_contain_text("Acknowledged")


PRESSED = {
    "on a Hebrew keyboard": {"key": "ק", "code": "KeyE"},
    "on a Russian keyboard": {"key": "у", "code": "KeyE"},
    "where Dvorak has it": {"key": "e", "code": "KeyD"},
    "with Caps Lock": {"key": "E", "code": "KeyE", "modifierCapsLock": True},
}


@pytest.mark.parametrize("pressed", PRESSED.values(), ids=PRESSED)
def test_a_key_is_known_whatever_the_keyboard_writes(page: Page, pressed: dict[str, object]) -> None:
    page.wait_for_load_state()
    page.evaluate(
        "how => document.body.dispatchEvent(new KeyboardEvent('keydown', {...how, bubbles: true}))", pressed
    )
    expect(page.get_by_role("button", name="Resolve it unanswered")).to_be_visible()


@pytest.mark.parametrize("pressed", [{"key": "é", "code": "Digit2"}, {"key": "d", "code": "KeyE"}], ids=str)
def test_a_letter_that_the_keyboard_has_itself_is_meant_as_written(
    page: Page, pressed: dict[str, object]
) -> None:
    page.wait_for_load_state()
    page.evaluate(
        "how => document.body.dispatchEvent(new KeyboardEvent('keydown', {...how, bubbles: true}))", pressed
    )
    page.wait_for_timeout(300)
    expect(page.get_by_role("button", name="Resolve it unanswered")).not_to_be_visible()


def test_a_key_pressed_while_a_reply_is_on_its_way_does_not_get_before_it(page: Page, ticket: Ticket) -> None:
    page.fill("#id_body", TEXT)
    with transaction.atomic():
        Ticket.objects.select_for_update().get(pk=ticket.pk)  # the answer takes its time
        page.get_by_role("button", name="Send and keep open").click(no_wait_after=True)
        page.keyboard.press("a")
        page.keyboard.press("e")
    expect(page.locator("#messages")).to_contain_text("Sent.")
    assert [event.kind for event in ticket.events.order_by("seq")][1] == "public_reply_sent"


def test_keys_rest_while_a_form_is_on_its_way_and_wake_when_it_is_stopped(page: Page) -> None:
    question = page.get_by_role("button", name="Resolve it unanswered")
    page.wait_for_load_state()
    page.locator("#composer").evaluate("form => form.dispatchEvent(new Event('submit', {bubbles: true}))")
    page.keyboard.press("e")
    expect(question).not_to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    expect(question).to_be_visible()
    page.keyboard.press("r")
    expect(page.locator("#id_body")).to_be_focused()


def test_a_key_never_turns_a_note_into_a_reply(page: Page) -> None:
    press(page, "i")
    page.keyboard.type("Between us: he is wrong.")
    page.locator("#id_body").blur()
    press(page, "Escape")
    press(page, "r")

    expect(page.locator("#id_body")).to_be_focused()
    expect(page.get_by_role("button", name="Add the note, unseen by the customer")).to_be_visible()
    expect(page.get_by_role("button", name="Send and keep open")).not_to_be_visible()


def set_a_tag(page: Page, ticket: Ticket) -> None:
    page.fill("#tags", "late")
    page.get_by_role("button", name="Change: tags").click()
    expect(page.locator("#messages")).to_have_text("Tags changed.")


def claim(page: Page, ticket: Ticket) -> None:
    page.get_by_role("button", name="Claim").click()
    expect(page.locator("#messages")).to_have_text("It is yours.")


def set_a_priority(page: Page, ticket: Ticket) -> None:
    page.select_option("#priority", "urgent")
    page.get_by_role("button", name="Change: Priority").click()
    expect(page.locator("#messages")).to_have_text("Priority changed.")


def load_again(page: Page, ticket: Ticket) -> None:
    page.reload()


def show_what_is_new(page: Page, ticket: Ticket) -> None:
    with transaction.atomic():
        replies.receive_customer_message(ticket=ticket, body="Hello?", now=database_now())
    page.get_by_role("link", name="Show it").click(timeout=10_000)
    expect(page.get_by_text("Hello?")).to_be_visible()


def mistype_a_merge(page: Page, ticket: Ticket) -> None:
    page.locator("summary", has_text="More").click()
    page.fill("#into", "T-NOTHERE")
    page.get_by_role("button", name="Merge …").click()
    expect(page.get_by_role("alert")).to_contain_text("There is no ticket “T-NOTHERE”")
    page.get_by_role("link", name="Back to the ticket").click()


def go_away_and_come_back(page: Page, ticket: Ticket) -> None:
    page.get_by_role("link", name="Back to the list").click()
    page.get_by_role("link", name="Where is my order?").click()


BESIDE = (
    set_a_tag,
    claim,
    set_a_priority,
    load_again,
    show_what_is_new,
    mistype_a_merge,
    go_away_and_come_back,
)


@pytest.mark.parametrize("act", BESIDE, ids=lambda act: act.__name__)
def test_what_is_being_written_outlives_what_is_done_beside_it(
    page: Page, ticket: Ticket, act: Callable[[Page, Ticket], None]
) -> None:
    press(page, "i")
    page.keyboard.type(TEXT)
    act(page, ticket)

    expect(page.locator("#id_body")).to_have_value(TEXT)
    expect(page.locator("[name=mode][value=note]")).to_be_checked()


def test_what_was_sent_is_written_no_more_whatever_became_of_the_answer(page: Page, ticket: Ticket) -> None:
    page.fill("#id_body", TEXT)
    address = page.url
    page.route("**/messages/", lambda route: (route.fetch(max_redirects=0), route.abort()))
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/messages/")):
        page.get_by_role("button", name="Send and keep open").click(no_wait_after=True)
    assert ticket.messages.filter(author="agent").count() == 1
    page.unroute("**/messages/")

    page.goto(address)
    expect(page.locator(".message.staff")).to_contain_text(TEXT)
    expect(page.locator("#id_body")).to_have_value("")


def test_the_way_back_does_not_offer_for_a_second_time_what_was_sent(page: Page, ticket: Ticket) -> None:
    page.fill("#id_body", TEXT)
    page.get_by_role("button", name="Send and keep open").click()
    expect(page.locator("#messages")).to_contain_text("Sent.")
    page.go_back()

    expect(page.locator(".message.staff")).to_contain_text(TEXT)
    expect(page.locator("#id_body")).to_have_value("")


def test_where_the_connection_is_cut_nothing_leaves_and_the_text_is_sent_once_when_it_is_back(
    page: Page, ticket: Ticket
) -> None:
    page.fill("#id_body", TEXT)
    token = page.input_value("#composer [name=token]")
    page.context.set_offline(True)
    page.get_by_role("button", name="Send and keep open").click()
    expect(page.locator("#composer [data-draft-state]")).to_contain_text("nothing was sent")
    page.context.set_offline(False)
    page.reload()

    expect(page.locator("#id_body")).to_have_value(TEXT)
    assert page.input_value("#composer [name=token]") == token
    page.get_by_role("button", name="Send and keep open").click()
    expect(page.locator("#messages")).to_contain_text("Sent.")
    assert ticket.messages.filter(author="agent").count() == 1


def test_a_reader_whose_presence_is_cut_on_its_way_meets_no_error(page: Page) -> None:
    """Told again while it is being told, and cut each time: an error of the page would fail the test."""
    page.wait_for_load_state()
    held = held_back(page, "**/presence/")
    for cut in range(3):
        while len(held) <= cut:
            page.evaluate(
                "for (let i = 0; i < 2; i += 1) document.dispatchEvent(new Event('visibilitychange'))"
            )
            page.wait_for_timeout(20)
        with page.expect_event("requestfailed"):
            held[cut].abort()


def test_a_new_ticket_outlives_a_reload_and_is_written_no_more_once_it_is_there(
    visit: Visit, owner: Agent, ticket: Ticket
) -> None:
    page = visit(reverse("new-ticket"), owner)
    page.fill("#id_email", "kim@example.com")
    page.select_option("#id_whose", "customer")
    page.fill("#id_body", TEXT)
    page.reload()
    expect(page.locator("#id_body")).to_have_value(TEXT)
    expect(page.locator("#id_email")).to_have_value("kim@example.com")
    expect(page.locator("#id_whose")).to_have_value("customer")

    page.select_option("#id_store", index=1)
    page.get_by_role("button", name="Begin the conversation").click()
    expect(page.locator(".timeline")).to_contain_text(TEXT)
    page.go_back()
    expect(page.locator("#id_body")).to_have_value("")
    expect(page.locator("#id_email")).to_have_value("")
    page.goto(page.url.partition("/tickets/")[0] + reverse("new-ticket"))
    expect(page.locator("#id_body")).to_have_value("")
    expect(page.locator("#id_email")).to_have_value("")


def test_a_draft_is_its_tickets_and_its_writers_alone(page: Page, make: Make, ticket: Ticket) -> None:
    other = make.ticket(now=database_now())
    page.fill("#id_body", TEXT)
    here = page.url
    page.goto(here.replace(ticket.reference, other.reference))
    expect(page.locator("#id_body")).to_have_value("")

    page.goto(here)
    expect(page.locator("#id_body")).to_have_value(TEXT)
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/login/**")
    assert page.evaluate("Object.keys(sessionStorage).filter((key) => key.includes('draft')).length") == 0


def test_after_a_login_in_another_tab_the_text_is_sent_by_one_press(
    page: Page, owner: Agent, ticket: Ticket
) -> None:
    page.fill("#id_body", TEXT)
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    other = page.context.new_page()
    other.goto(page.url.partition("/tickets/")[0] + reverse("login"))
    other.fill("#id_username", owner.email)
    other.fill("#id_password", PASSWORD)
    other.get_by_role("button", name="Log in").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Queue")

    page.get_by_role("button", name="Send and keep open").click()
    expect(page.locator("#messages")).to_contain_text("Sent.")
    assert ticket.messages.get(author="agent").body == TEXT


def test_a_colleagues_resolve_is_seen_before_one_sends(page: Page, make: Make, ticket: Ticket) -> None:
    page.fill("#id_body", TEXT)
    with transaction.atomic():
        ticket_status.resolve(ticket=ticket, by=make.agent("colleague"), now=database_now())

    expect(page.locator("#standing")).to_contain_text("Resolved", timeout=10_000)
    expect(page.locator("#newer")).to_contain_text("\u2068Colleague\u2069 resolved it.")
    expect(page.get_by_role("button", name="Send, and leave it resolved")).to_be_visible()
    expect(page.locator("live-state")).to_contain_text("Live · updated")
    assert page.input_value("#id_body") == TEXT

    page.get_by_role("button", name="Send, open it again and wait for the customer").click()
    expect(page.get_by_role("alert")).to_contain_text("This ticket has changed since you opened it.")
    assert page.input_value("#id_body") == TEXT
    assert status_of(ticket) == Status.RESOLVED


def test_only_what_is_fetched_anew_is_called_live(visit: Visit, owner: Agent, ticket: Ticket) -> None:
    standing = visit(reverse("tickets"), owner)
    standing.evaluate("htmx.ajax('GET', '/pulse/', '#banners')")
    standing.wait_for_timeout(1_500)
    expect(standing.locator("live-state")).to_contain_text("Updated")
    expect(standing.locator("live-state")).not_to_contain_text("Live")

    for address in (reverse("ticket", args=[ticket.reference]), reverse("queue"), reverse("board")):
        living = visit(address, owner)
        expect(living.locator("live-state")).to_contain_text("Live · updated")
