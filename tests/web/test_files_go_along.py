"""Files of a reply, chosen, dropped or pasted in a browser, and without script."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Page, expect

from helpdesk.database.instant import database_now
from helpdesk.models import Ticket
from tests.make import Make
from tests.web.conftest import Visit

pytestmark = pytest.mark.browser

BRING = """([kind, name, size]) => {
    const brought = new DataTransfer();
    brought.items.add(new File([new Uint8Array(size)], name, {type: "image/png"}));
    const how = kind === "paste" ? {clipboardData: brought} : {dataTransfer: brought};
    const event = kind === "paste" ? new ClipboardEvent(kind, {...how, bubbles: true, cancelable: true})
                                   : new DragEvent(kind, {...how, bubbles: true, cancelable: true});
    document.querySelector("#id_body").dispatchEvent(event);
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
