"""Files of a reply, chosen, dropped or pasted in a browser, and without script."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Page, expect

from helpdesk.database.instant import database_now
from helpdesk.models import Message, Ticket
from tests.make import Make
from tests.web.conftest import Visit

pytestmark = pytest.mark.browser

BRING = """([kind, name, size, field = "#id_body"]) => {
    const brought = new DataTransfer();
    brought.items.add(new File([new Uint8Array(size)], name, {type: "image/png"}));
    const how = kind === "paste" ? {clipboardData: brought} : {dataTransfer: brought};
    const event = kind === "paste" ? new ClipboardEvent(kind, {...how, bubbles: true, cancelable: true})
                                   : new DragEvent(kind, {...how, bubbles: true, cancelable: true});
    document.querySelector(field).dispatchEvent(event);
}"""


@pytest.fixture
def ticket(make: Make) -> Ticket:
    return make.ticket(now=database_now())


@pytest.fixture
def page(make: Make, visit: Visit, ticket: Ticket) -> Page:
    page = visit(address(ticket), make.agent("owner"))
    page.wait_for_load_state()
    return page


def address(ticket: Ticket) -> str:
    return reverse("ticket", args=[ticket.reference])


def picture(name: str = "photo.png") -> Any:
    out = io.BytesIO()
    Image.new("RGB", (30, 20), "red").save(out, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": out.getvalue()}


def send(page: Page) -> None:
    page.fill("#id_body", "See the picture.")
    page.get_by_role("button", name="Send and wait for the customer").click()
    expect(page.locator(".message.staff")).to_contain_text("See the picture.")


def sent_with(ticket: Ticket) -> list[str]:
    last = ticket.messages.latest("id")
    return list(last.attachments.order_by("pk").values_list("name", flat=True))


def test_files_are_chosen_and_one_is_left_out_again(page: Page, ticket: Ticket) -> None:
    page.set_input_files("#id_files", [picture("a.png"), picture("b.png")])
    expect(page.get_by_role("checkbox", name="b.png")).to_be_checked()
    page.get_by_role("checkbox", name="a.png").uncheck()
    send(page)

    assert sent_with(ticket) == ["b.png"]


@pytest.mark.parametrize("kind", ["drop", "paste"])
def test_a_picture_is_dropped_or_pasted(page: Page, ticket: Ticket, kind: str) -> None:
    page.evaluate(BRING, [kind, "image.png", 100])
    expect(page.get_by_role("checkbox", name="image.png")).to_be_checked()
    send(page)

    assert sent_with(ticket) == ["image.png"]


def test_one_too_large_is_refused_before_it_leaves_and_the_rest_stays(page: Page, ticket: Ticket) -> None:
    page.fill("#id_body", "See the picture.")
    page.evaluate(BRING, ["drop", "film.png", 10 * 1024 * 1024 + 1])
    expect(page.get_by_role("alert")).to_have_text("“film.png” is too large: a file may have at most 10 MiB.")
    page.set_input_files("#id_files", [picture()])
    expect(page.get_by_role("checkbox", name="photo.png")).to_be_checked()
    expect(page.locator("#id_body")).to_have_value("See the picture.")
    send(page)

    assert sent_with(ticket) == ["photo.png"]


def test_what_is_sent_waits_for_its_files(page: Page, ticket: Ticket) -> None:
    page.evaluate(BRING, ["drop", "large.png", 9 * 1024 * 1024])
    send(page)

    assert sent_with(ticket) == ["large.png"]


def test_without_script_files_go_with_the_form(make: Make, visit: Visit, ticket: Ticket) -> None:
    page = visit(address(ticket), make.agent("owner"), java_script_enabled=False)
    page.set_input_files("#id_files", [picture()])
    send(page)

    assert sent_with(ticket) == ["photo.png"]
    expect(page.get_by_role("link", name="photo.png")).to_be_visible()


def test_each_form_of_a_page_has_files_of_its_own(page: Page, ticket: Ticket) -> None:
    page.set_input_files("#id_files", [picture("reply.png")])
    taking_down = page.locator("#elsewhere")
    taking_down.get_by_text("Answered by phone, in person or in a chat").click()
    page.evaluate(BRING, ["paste", "chat.png", 100, "#id_elsewhere-body"])
    expect(taking_down.get_by_role("checkbox", name="chat.png")).to_be_checked()
    page.fill("#id_elsewhere-body", "Called them.")
    taking_down.get_by_role("button", name="Take it down as an answer").click()
    expect(page.get_by_role("link", name="chat.png")).to_be_visible()

    assert sent_with(ticket) == ["chat.png"]


@pytest.mark.parametrize("kind", ["drop", "paste"])
def test_a_conversation_begins_with_files(make: Make, visit: Visit, kind: str) -> None:
    make.mailbox()
    page = visit(reverse("new-ticket"), make.agent("owner"))
    page.wait_for_load_state()
    page.evaluate(BRING, [kind, "image.png", 100])
    page.set_input_files("#id_files", [picture()])
    expect(page.get_by_role("checkbox", name="photo.png")).to_be_checked()
    page.get_by_label("Store").select_option(label="Shop")
    page.get_by_label("The customer's e-mail").fill("kim@example.com")
    page.fill("#id_body", "See the pictures.")
    page.get_by_role("button", name="Begin the conversation").click()
    expect(page.locator(".message.staff")).to_contain_text("See the pictures.")

    files = Message.objects.get().attachments.order_by("pk")
    assert [file.name for file in files] == ["image.png", "photo.png"]
