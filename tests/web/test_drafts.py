"""What is typed survives the tab, the session and the server; two windows that write are shown to each other."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp_auth
from django.contrib.sessions.models import Session
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import Page, expect

from helpdesk.access import guesses
from helpdesk.conversation import replies
from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Draft, Ticket
from tests.make import PASSWORD, Make
from tests.web.conftest import Visit, press

pytestmark = pytest.mark.browser

TEXT = "My half answer, with care"
SECRET = "JBSWY3DPEHPK3PXP"
STATE = "#composer [data-draft-state]"


@pytest.fixture
def ticket(make: Make) -> Ticket:
    return make.ticket(now=database_now(), subject="Where is my order?")


@pytest.fixture
def owner(make: Make) -> Agent:
    return make.agent("owner")


@pytest.fixture
def page(visit: Visit, owner: Agent, ticket: Ticket) -> Page:
    return visit(reverse("ticket", args=[ticket.reference]), owner)


def write(page: Page, text: str = TEXT) -> None:
    """Write something, and wait until it is saved."""
    page.fill("#id_body", text)
    expect(page.locator(STATE)).to_contain_text("Saved")


def test_it_is_saved_while_one_types_and_there_on_any_device(
    page: Page, visit: Visit, owner: Agent, ticket: Ticket
) -> None:
    press(page, "i")
    page.keyboard.type(TEXT)
    expect(page.locator(STATE)).to_contain_text("Saved")

    elsewhere = visit(reverse("ticket", args=[ticket.reference]), owner)
    expect(elsewhere.locator("#id_body")).to_have_value(TEXT)
    expect(elsewhere.locator("[name=mode][value=note]")).to_be_checked()


def test_leaving_at_once_loses_nothing(page: Page, visit: Visit, owner: Agent, ticket: Ticket) -> None:
    page.fill("#id_body", TEXT)
    page.close()

    elsewhere = visit(reverse("ticket", args=[ticket.reference]), owner)
    while elsewhere.input_value("#id_body") != TEXT:
        elsewhere.reload()


def test_a_server_that_is_not_there_is_told_of_and_caught_up_with(page: Page, ticket: Ticket) -> None:
    page.route("**/drafts/**", lambda route: route.abort())
    page.fill("#id_body", TEXT)
    expect(page.locator(STATE)).to_have_text("Not saved yet: kept in this tab")
    page.unroute("**/drafts/**")
    page.reload()

    expect(page.locator("#id_body")).to_have_value(TEXT)
    expect(page.locator(STATE)).to_contain_text("Saved")
    assert Draft.objects.get().body == TEXT


def test_emptied_it_is_gone_everywhere(page: Page, ticket: Ticket) -> None:
    write(page)
    with page.expect_response("**/drafts/**"):
        page.fill("#id_body", "")
    assert not Draft.objects.exists()


def code_now() -> str:
    """Return what the owner's app shows."""
    return str(totp_auth.format_hotp_value(totp_auth.hotp_value(SECRET, int(time.time()) // 30)))


def come_back(page: Page) -> None:
    dialog = page.get_by_role("dialog", name="Your session has ended")
    expect(dialog.get_by_label("Password")).to_be_focused()
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Log in").click()


def test_a_session_that_has_ended_asks_for_the_password_in_place_and_sends_once(
    page: Page, ticket: Ticket
) -> None:
    write(page)
    Session.objects.all().delete()
    page.get_by_role("button", name="Send and keep open").click()
    come_back(page)

    expect(page.locator("#messages")).to_contain_text("Sent.")
    assert [message.body for message in ticket.messages.filter(author="agent")] == [TEXT]
    assert not Draft.objects.exists()


def test_so_it_does_where_nothing_was_saved_yet_and_beside_the_text(page: Page, ticket: Ticket) -> None:
    page.route("**/drafts/**", lambda route: route.abort())
    page.fill("#id_body", TEXT[:-1])  # before anything is typed, the page itself leads to the login
    expect(page.locator(STATE)).to_have_text("Not saved yet: kept in this tab")
    Session.objects.all().delete()
    page.unroute("**/drafts/**")
    page.locator("#id_body").press(TEXT[-1])
    expect(page.locator(STATE)).to_contain_text("You are logged out. What you write is kept in this tab.")
    page.get_by_role("button", name="Claim").click()
    come_back(page)

    expect(page.locator("#messages")).to_have_text("It is yours.")
    expect(page.locator("#id_body")).to_have_value(TEXT)


@pytest.fixture
def kept_codes(owner: Agent) -> list[str]:
    """Give the owner a second factor; the codes that they kept."""
    totp_auth.TOTP.activate(owner, SECRET)
    return list(RecoveryCodes.activate(owner).get_unused_codes())


@pytest.mark.parametrize("by", ["the app", "a kept code"])
def test_whoever_has_a_second_factor_is_asked_for_the_code_in_the_same_place(
    page: Page, ticket: Ticket, kept_codes: list[str], by: str, no_barriers: Callable[[Page], None]
) -> None:
    write(page)
    Session.objects.all().delete()
    page.get_by_role("button", name="Send and keep open").click()
    come_back(page)
    dialog = page.get_by_role("dialog", name="Your session has ended")
    code = dialog.get_by_label("Code")
    expect(code).to_be_focused()
    expect(dialog.get_by_label("Password")).to_be_hidden()
    no_barriers(page)
    code.fill("000000")
    dialog.get_by_role("button", name="Log in").click()
    expect(dialog.get_by_role("alert")).to_contain_text("This is not the code of this moment")
    expect(code).to_be_focused()
    assert page.input_value("#id_body") == TEXT

    code.fill(code_now() if by == "the app" else kept_codes[0])
    dialog.get_by_role("button", name="Log in").click()

    expect(page.locator("#messages")).to_contain_text("Sent.")
    assert [message.body for message in ticket.messages.filter(author="agent")] == [TEXT]


def test_codes_are_guessed_at_there_as_seldom_as_at_the_login(
    page: Page, owner: Agent, ticket: Ticket, kept_codes: list[str]
) -> None:
    write(page)
    Session.objects.all().delete()
    page.get_by_role("button", name="Send and keep open").click()
    come_back(page)
    with transaction.atomic():
        for _guess in range(guesses.CODE_OF_ACCOUNT.most):
            guesses.count(guesses.CODE_OF_ACCOUNT, owner.email, now=database_now())
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Code").fill(kept_codes[0])
    dialog.get_by_role("button", name="Log in").click()

    expect(dialog.get_by_role("alert")).to_contain_text("Too many attempts. Try again in")
    assert page.input_value("#id_body") == TEXT


def test_a_code_that_comes_too_late_asks_for_the_password_once_more(
    page: Page, ticket: Ticket, kept_codes: list[str]
) -> None:
    write(page)
    Session.objects.all().delete()
    page.get_by_role("button", name="Send and keep open").click()
    come_back(page)
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Code").fill(kept_codes[0])
    Session.objects.all().delete()
    dialog.get_by_role("button", name="Log in").click()

    expect(dialog.get_by_role("alert")).to_have_text(
        "That took too long: your password is asked for once more."
    )
    expect(dialog.get_by_label("Password")).to_be_focused()
    assert page.input_value("#id_body") == TEXT


def test_a_wrong_password_says_so_and_not_now_keeps_everything(page: Page, ticket: Ticket) -> None:
    write(page)
    Session.objects.all().delete()
    page.get_by_role("button", name="Send and keep open").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Password").fill("not this")
    dialog.get_by_role("button", name="Log in").click()
    expect(dialog.get_by_role("alert")).to_have_text("This e-mail and this password do not belong together.")
    dialog.get_by_role("button", name="Not now").click()

    expect(dialog).to_have_count(0)
    assert page.input_value("#id_body") == TEXT
    assert not ticket.messages.filter(author="agent").exists()


def test_two_windows_of_one_person_are_shown_to_each_other(
    page: Page, visit: Visit, owner: Agent, ticket: Ticket, no_barriers: Callable[[Page], None]
) -> None:
    other = visit(reverse("ticket", args=[ticket.reference]), owner)
    write(page, "Written here")
    other.fill("#id_body", "Written there")

    shown = other.locator("#composer [data-draft-elsewhere]")
    expect(shown).to_contain_text("Written here")
    assert other.input_value("#id_body") == "Written there"
    assert Draft.objects.get().body == "Written here"
    no_barriers(other)
    other.get_by_role("button", name="Use this text here").click()
    expect(other.locator("#id_body")).to_have_value("Written here")
    expect(shown).to_contain_text("Written there")
    other.get_by_role("button", name="Use this text here").click()
    other.get_by_role("button", name="Keep what stands in the form").click()

    expect(shown).to_have_count(0)
    other.reload()
    expect(other.locator("#id_body")).to_have_value("Written there")


def test_a_colleague_sees_what_was_begun_and_goes_on_with_it(
    page: Page, visit: Visit, make: Make, ticket: Ticket, no_barriers: Callable[[Page], None]
) -> None:
    write(page)
    colleague = visit(reverse("ticket", args=[ticket.reference]), make.agent("colleague"))
    colleague.get_by_text("Owner had begun an answer").click()
    expect(colleague.get_by_text(TEXT)).to_be_visible()
    no_barriers(colleague)
    colleague.get_by_role("button", name="Go on with it yourself").click()

    expect(colleague.locator("#id_body")).to_have_value(TEXT)


def test_of_two_who_send_at_once_the_second_sees_what_the_first_has_said(
    page: Page, visit: Visit, make: Make, ticket: Ticket
) -> None:
    colleague = visit(reverse("ticket", args=[ticket.reference]), make.agent("colleague"))
    write(page, "From me")
    write(colleague, "From me too")
    page.get_by_role("button", name="Send and keep open").click()
    expect(page.locator("#messages")).to_contain_text("Sent.")
    colleague.get_by_role("button", name="Send and keep open").click()

    expect(colleague.locator(".timeline")).to_contain_text("From me")
    expect(colleague.locator("#id_body")).to_have_value("From me too")
    assert ticket.messages.filter(author="agent").count() == 1


def test_without_scripts_what_was_saved_is_there_too(
    page: Page, visit: Visit, owner: Agent, ticket: Ticket
) -> None:
    write(page)
    plain = visit(reverse("ticket", args=[ticket.reference]), owner, java_script_enabled=False)
    expect(plain.locator("#id_body")).to_have_value(TEXT)
    plain.get_by_role("button", name="Send and keep open").click()

    expect(plain.locator("#messages")).to_contain_text("Sent.")
    assert not Draft.objects.exists()


def hear(ticket: Ticket) -> None:
    with transaction.atomic():
        replies.receive_customer_message(ticket=ticket, body="Hello?", now=database_now())
