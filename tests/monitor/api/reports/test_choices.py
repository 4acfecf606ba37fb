"""A program finds out by name which numbers it can ask reports of, and is told what its agent sees."""

from __future__ import annotations

from helpdesk.models import StoreTopic
from tests.helpdesk.api.conftest import Caller, told
from tests.make import Make
from tests.monitor.api.reports.conftest import Readers

CHOICES = "/reports/choices"


def test_every_number_it_tells_of_can_be_asked_of_a_report(make: Make, reader: Caller) -> None:
    StoreTopic.objects.create(store=make.store(), name="Sizes")
    found = told(reader.get(CHOICES))
    asked = [f"{name}={one['id']}" for name in ("queue", "store", "topic") for one in found[f"{name}s"]]

    assert [len(found[name]) for name in ("queues", "stores", "topics")] == [1, 1, 1]
    assert [reader.get(f"/reports/waits?{one}").status_code for one in asked] == [200, 200, 200]
    assert found["topics"] == [
        {"id": found["topics"][0]["id"], "name": "Sizes", "store": found["stores"][0]["id"]}
    ]


def test_it_tells_of_what_its_agent_sees_in_the_environment_of_the_key(make: Make, readers: Readers) -> None:
    make.store()
    elsewhere = make.store("Another shop", queue=make.queue("Elsewhere"))
    tried = make.store("Trial", environment="test")
    StoreTopic.objects.create(store=elsewhere, name="Sizes")
    StoreTopic.objects.create(store=tried, name="Sizes")

    of_overseer, of_admin = (told(readers(name).get(CHOICES)) for name in ("overseer", "admin"))
    on_trial = told(readers("admin", environment="test").get(CHOICES))

    assert (len(of_overseer["queues"]), of_overseer["topics"]) == (1, [])
    assert [one["name"] for one in of_admin["stores"]] == ["Another shop", make.store().name]
    assert [one["store"] for one in of_admin["topics"]] == [str(elsewhere.pk)]
    assert [one["name"] for one in on_trial["stores"]] == ["Trial"]
