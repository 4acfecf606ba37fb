"""docs/api.md: every type of message that we post is listed, and shown as it is."""

from __future__ import annotations

import json

import msgspec
import pytest

from helpdesk.models import WebhookKind
from helpdesk.webhooks.told_conversation import LONGEST_TEXT, TOLD
from tests.docs import pages

PAGE = pages.text("api.md")
CONVERSATIONS = pages.section(PAGE, "Conversations")


def test_every_type_is_listed_and_no_other() -> None:
    assert set(pages.rows(CONVERSATIONS)) == set(WebhookKind.values)


@pytest.mark.parametrize("kind", WebhookKind)
def test_each_is_shown_with_what_it_has_and_nothing_else(kind: WebhookKind) -> None:
    [shown] = [block for block in pages.blocks(CONVERSATIONS, "json") if block.note == kind.value]
    body, _data = TOLD[kind]

    told = msgspec.json.decode(shown.text, type=body)

    assert json.loads(msgspec.json.encode(told)) == json.loads(shown.text)
    assert json.loads(shown.text)["type"] == kind.value


def test_how_much_of_a_text_is_told_is_said() -> None:
    assert f"at most {LONGEST_TEXT:,} characters" in CONVERSATIONS
