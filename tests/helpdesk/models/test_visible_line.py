"""Names of queues, stores and people are one line with something to see on it, whichever door they come by."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from helpdesk.models import Agent, Queue, Store
from tests.make import Make


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  Returns\r\nand refunds ", "Returns  and refunds"),
        ("Re\u2028turns", "Re turns"),
        ("R" + "\u0301" * 50, "R" + "\u0301" * 8),
    ],
)
def test_a_name_is_kept_and_found_on_one_line(make: Make, written: str, kept: str) -> None:
    queue = Queue.objects.create(name=written)
    store = Store.objects.create(name=written, environment="live", default_queue=queue)
    agent = Agent.objects.create_user("ann@example.com", None, name=written)

    for one in (queue, store, agent):
        one.refresh_from_db()
        assert one.name == kept
    assert Queue.objects.get(name=written) == Queue.objects.get_or_create(name=kept)[0] == queue


@pytest.mark.parametrize("name", ["\u200b", "\u3164", " \n "])
def test_a_name_of_which_nothing_is_seen_is_refused(make: Make, name: str) -> None:
    with pytest.raises(ValidationError):
        Queue(name=name).full_clean()
