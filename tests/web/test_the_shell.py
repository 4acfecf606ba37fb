"""What is around every page: it is for everybody, on every screen, in every direction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from helpdesk.conversation import replies
from helpdesk.database.instant import database_now
from helpdesk.models import Agent
from helpdesk.templatetags import times
from monitor.promises.defaults import ensure_defaults
from tests.make import Make
from tests.web.conftest import Visit, fetch_anew, press

pytestmark = pytest.mark.browser

ADMINS = ("stores", "invitations")
AGENTS = ("tickets", "preferences")


def every_page(make: Make) -> dict[str, Agent | None]:
    ticket = make.ticket(now=database_now(), subject="שלום, where is it?", tags=["late"], priority="urgent")
    make.key()
    addresses: dict[str, Agent | None] = {reverse(name): make.agent("owner") for name in AGENTS}
    addresses |= {reverse(name): make.agent("admin") for name in ADMINS}
    addresses[reverse("ticket", args=[ticket.reference])] = make.agent("owner")
    addresses["/tickets/T-NOTHING/"] = make.agent("outsider")
    addresses[reverse("login")] = None
    return addresses


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 390])
def test_no_page_has_barriers_or_scrolls_sideways(
    make: Make, visit: Visit, no_barriers: Callable[[Page], None], scheme: str, width: int
) -> None:
    for address, who in every_page(make).items():
        page = visit(address, who, color_scheme=scheme, viewport={"width": width, "height": 800})
        page.evaluate("for (const folded of document.querySelectorAll('details')) folded.open = true")
        no_barriers(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_hebrew_turns_the_page_around_and_nothing_falls_out(
    make: Make, visit: Visit, no_barriers: Callable[[Page], None]
) -> None:
    for address, who in every_page(make).items():
        if who:
            Agent.objects.filter(pk=who.pk).update(locale="he")
            page = visit(address, who, viewport={"width": 390, "height": 800})
            assert page.evaluate("getComputedStyle(document.documentElement).direction") == "rtl"
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
            no_barriers(page)


ROOMY = ("queue", "new-ticket", "board", "checklist", "hours", "security", *ADMINS, *AGENTS)


@pytest.mark.parametrize("language", ["en", "he", "ta"])
def test_long_words_fit_the_narrowest_window(
    make: Make, visit: Visit, live_server: LiveServer, language: str
) -> None:
    ensure_defaults()
    admin = make.agent("admin")
    ticket = make.ticket(now=database_now() - timedelta(days=3), priority="urgent")
    Agent.objects.filter(pk=admin.pk).update(locale=language)
    page = visit(reverse("queue"), admin, viewport={"width": 320, "height": 640})

    for address in (*map(reverse, ROOMY), reverse("ticket", args=[ticket.reference])):
        page.goto(live_server.url + address)
        assert page.evaluate("document.documentElement.lang") == language
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address


def test_the_sidebar_holds_its_fields_in_tamil(make: Make, visit: Visit) -> None:
    Agent.objects.filter(pk=make.agent("owner").pk).update(locale="ta")
    ticket = make.ticket(now=database_now())
    page = visit(reverse("ticket", args=[ticket.reference]), make.agent("owner"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 1200


def test_a_theme_of_ones_own_beats_the_systems(make: Make, visit: Visit) -> None:
    paper = "getComputedStyle(document.body).backgroundColor"
    for theme, system, expected in (
        ("auto", "dark", "rgb(21, 24, 27)"),
        ("light", "dark", "rgb(255, 255, 255)"),
        ("dark", "light", "rgb(21, 24, 27)"),
    ):
        Agent.objects.filter(pk=make.agent("owner").pk).update(theme=theme)
        page = visit(reverse("preferences"), make.agent("owner"), color_scheme=system)
        assert page.evaluate(paper) == expected, theme


def test_one_gets_past_the_header_by_keyboard(make: Make, visit: Visit) -> None:
    page = visit(reverse("preferences"), make.agent("owner"))
    press(page, "Tab")
    expect(page.locator(".skip")).to_be_focused()
    press(page, "Enter")
    expect(page.locator("main")).to_be_focused()


def test_a_login_by_keyboard_leads_to_where_one_wanted(make: Make, visit: Visit) -> None:
    make.agent("owner")
    page = visit(reverse("tickets"))
    page.keyboard.type("owner@example.com")
    press(page, "Tab")
    page.keyboard.type("correct horse battery staple")
    press(page, "Enter")
    page.wait_for_url("**" + reverse("tickets"))


def test_the_environment_is_switched_by_keyboard(
    make: Make, visit: Visit, no_barriers: Callable[[Page], None]
) -> None:
    make.store(environment="test", name="Trial")
    page = visit(reverse("tickets"), make.agent("owner"))
    page.locator(".who summary").focus()
    press(page, "Enter")
    page.get_by_role("button", name="Test").press("Enter")

    expect(page.locator(".banner")).to_contain_text("No customer is waiting.")
    no_barriers(page)
    page.locator(".who summary").press("Enter")
    press(page, "Escape")
    expect(page.locator(".who summary")).to_be_focused()
    assert page.locator(".who details[open]").count() == 0


def test_keys_work_only_where_no_field_has_the_focus_and_can_be_switched_off(
    make: Make, visit: Visit
) -> None:
    ticket = make.ticket(now=database_now())
    address = reverse("ticket", args=[ticket.reference])
    page = visit(address, make.agent("owner"))

    press(page, "r")
    expect(page.locator("#id_body")).to_be_focused()
    page.keyboard.type("real? I see.")
    assert page.input_value("#id_body") == "real? I see."
    page.locator("#id_body").blur()
    press(page, "i")
    assert page.locator("[name=mode][value=note]").is_checked()
    page.locator("#id_body").blur()
    press(page, "?")
    expect(page.get_by_role("dialog")).to_contain_text("Internal note")
    press(page, "Escape")
    press(page, "Alt+a")
    assert ticket.events.count() == 1
    press(page, "a")
    expect(page.locator("#messages")).to_contain_text("Acknowledged")

    Agent.objects.filter(email="owner@example.com").update(hot_keys=False)
    page = visit(address, make.agent("owner"))
    press(page, "r")
    expect(page.locator("#id_body")).not_to_be_focused()


@pytest.mark.parametrize("language", ["en", "he"])
def test_the_browser_goes_on_with_the_servers_words(make: Make, visit: Visit, language: str) -> None:
    now = database_now()
    ticket = make.ticket(now=now, occurred_at=(now - timedelta(hours=2, minutes=10)).isoformat())
    Agent.objects.filter(pk=make.agent("owner").pk).update(locale=language)
    page = visit(reverse("ticket", args=[ticket.reference]), make.agent("owner"))
    moving = page.locator("due-time").first
    said = moving.inner_text()

    page.evaluate("document.querySelector('due-time time').textContent = ''")
    expect(moving).to_have_text(said)
    with translation.override(language):
        assert times.in_words(timedelta(hours=2, minutes=10)) in said


def test_no_live_region_announces_ticks(make: Make, visit: Visit) -> None:
    ticket = make.ticket(now=database_now())
    page = visit(reverse("ticket", args=[ticket.reference]), make.agent("owner"))
    ticking = page.locator("due-time, live-state")
    assert ticking.count() == 3
    assert (
        page.locator(":is([aria-live], [role=status], [role=alert]) :is(due-time, live-state)").count() == 0
    )


def test_a_lost_connection_is_said(make: Make, visit: Visit) -> None:
    page = visit(reverse("queue"), make.agent("owner"))
    expect(page.locator("live-state")).to_contain_text("Live · updated")
    page.evaluate(
        "htmx.trigger(document.body, 'htmx:afterRequest', {successful: false, requestConfig: {verb: 'get'}})"
    )
    expect(page.locator("live-state")).to_contain_text("Reconnecting, last updated")


def test_print_leaves_the_conversation_alone(make: Make, visit: Visit) -> None:
    ticket = make.ticket(now=database_now(), body="Please print me.")
    page = visit(reverse("ticket", args=[ticket.reference]), make.agent("owner"))
    page.emulate_media(media="print")
    expect(page.get_by_text("Please print me.")).to_be_visible()
    expect(page.locator("#standing")).to_contain_text(ticket.customer.email or "")
    expect(page.locator("#standing")).to_be_visible()
    for nothing_to_press in (
        "#composer",
        "header.top",
        ".menu",
        "summary.button",
        "button",
        "select",
        "#sorting",
        "aside",
    ):
        for found in page.locator(nothing_to_press).all():
            expect(found).not_to_be_visible()


def test_more_said_elsewhere_is_shown_on_the_standing_page(make: Make, visit: Visit) -> None:
    ticket = make.ticket(now=database_now())
    page = visit(reverse("ticket", args=[ticket.reference]), make.agent("owner"))
    page.fill("#id_body", "My half answer")
    with transaction.atomic():
        replies.receive_customer_message(ticket=ticket, body="Hello?", now=database_now())
    fetch_anew(page, "#newer")

    expect(page.locator("#newer")).to_contain_text("1 message came after you opened this page.")
    assert page.input_value("#id_body") == "My half answer"


def test_a_printed_list_is_its_rows(make: Make, visit: Visit) -> None:
    make.ticket(now=database_now(), subject="Please print me.")
    page = visit(reverse("queue"), make.agent("owner"))
    page.emulate_media(media="print")
    expect(page.get_by_text("Please print me.")).to_be_visible()
    for nothing_to_press in (".tabs", "button", ".button", ".menu"):
        for found in page.locator(nothing_to_press).all():
            expect(found).not_to_be_visible()


@pytest.mark.parametrize("language", ["en", "he", "ta"])
@pytest.mark.parametrize("width", [1200, 390])
def test_no_choice_is_cut_short(make: Make, visit: Visit, language: str, width: int) -> None:
    Agent.objects.filter(pk=make.agent("owner").pk).update(locale=language)
    ticket = make.ticket(now=database_now())
    for address in (reverse("ticket", args=[ticket.reference]), reverse("preferences"), "/?filter=on"):
        page = visit(address, make.agent("owner"), viewport={"width": width, "height": 800})
        cut = page.locator("main select, aside select").evaluate_all(
            """(all) => all.filter((select) => {
              const whole = select.cloneNode(true);
              Object.assign(whole.style, {inlineSize: "max-content", maxInlineSize: "none", position: "absolute"});
              select.parentElement.append(whole);
              const needed = whole.getBoundingClientRect().width;
              whole.remove();
              return needed > select.getBoundingClientRect().width + 1;
            }).map((select) => select.name)"""
        )
        assert cut == [], address


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_wrong_looks_wrong_and_is_told_with_its_field(
    make: Make, visit: Visit, no_barriers: Callable[[Page], None], scheme: str
) -> None:
    page = visit(reverse("stores"), make.agent("admin"), color_scheme=scheme)
    page.fill("#id_name", "Lamps")
    page.fill("#id_queue_name", "Lamps")
    page.select_option("#id_environment", "live")
    page.locator("form").filter(has=page.locator("#id_name")).evaluate(
        "form => { form.noValidate = true; form.elements.environment.value = ''; form.requestSubmit(); }"
    )
    field = page.get_by_label("Environment", exact=True)
    expect(field).to_have_accessible_description(
        "For ever: a test store stays one, with all its tickets. This field is required."
    )
    colour = "node => getComputedStyle(node).color"
    assert page.locator(".error").evaluate(colour) != page.locator("main h1").evaluate(colour)
    assert field.evaluate("node => getComputedStyle(node).borderInlineStartWidth") == "4px"
    no_barriers(page)
