"""docs/api.md: its routes are those that are served, its codes those that are said, its examples true."""

from __future__ import annotations

import ast
import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from django.db import transaction
from pytest_django.live_server_helper import LiveServer

import helpdesk
import monitor
from config.addresses import ROOT
from helpdesk.access import report_keys
from helpdesk.api import message_shapes, middleware, shapes
from helpdesk.api.urls import ROUTES
from helpdesk.database.instant import database_now
from helpdesk.models import Scope, StoreTopic
from helpdesk.refusal import Refused
from helpdesk.tickets.opening.new_ticket import NewTicket
from monitor.api import clock_shapes as monitor_shapes
from monitor.promises.defaults import ensure_defaults
from monitor.reports.board.board_address import METRICS, NAMES
from tests import figures
from tests.docs import pages
from tests.docs.examples import Teller, examples, written_at
from tests.docs.served import api_routes
from tests.make import Make

PAGE = pages.text("api.md")

PEOPLE_ALONE = {
    "already-merged",
    "already-taken",
    "answers-leaving",
    "bad-absence",
    "bad-due-time",
    "bad-email",
    "bad-freeze",
    "bad-snooze",
    "bad-tags",
    "cause-known",
    "cause-retired",
    "changed-meanwhile",
    "claim-has-ended",
    "consent-failed",
    "consent-lacking",
    "consent-missing",
    "consent-refused",
    "consent-strange",
    "customer-among-them",
    "customer-waits",
    "draft-saved-elsewhere",
    "draft-sent",
    "file-too-large",
    "for-somebody-else",
    "freeze-known",
    "freeze-over",
    "has-left",
    "held-by-another",
    "history-under-way",
    "invitation-used",
    "last-admin",
    "leaves-no-more",
    "many-at-the-door",
    "merge-across-stores",
    "merge-into-itself",
    "name-missing",
    "names-somebody",
    "no-absence-to-undo",
    "no-key-opens",
    "no-order",
    "no-overseer",
    "no-reason",
    "no-text",
    "not-a-third-partys",
    "not-an-admin",
    "not-an-overseer",
    "not-as-saved",
    "not-their-overseer",
    "not-their-sender",
    "not-yours-to-show",
    "queue-holds-tickets",
    "queue-in-use",
    "queue-is-fed",
    "queue-merge-nowhere",
    "queue-name-missing",
    "queue-name-taken",
    "queue-named",
    "queue-retired",
    "reason-missing",
    "said-meanwhile",
    "said-twice",
    "sent-before",
    "so-already",
    "something-newer",
    "tier-too-long",
    "token-server-down",
    "too-long-to-keep",
    "too-many-files",
    "too-many-report-keys",
    "too-many-views",
    "topic-named-before",
    "two-keys-already",
    "unfilled-placeholder",
    "unknown-action",
    "unknown-invitation",
    "unknown-priority",
    "unknown-scope",
    "unknown-status",
    "unknown-value",
    "weak-password",
    "which-cause",
    "yourself",
}
"""Refusals that pages make, and no request to the API can bring about: schemas or routes are in the way."""


def test_every_route_that_is_served_is_listed_and_no_other() -> None:
    listed = set(pages.rows(PAGE.partition("## Keys and scopes")[0]))

    assert listed == {f"{method} {path}" for method, path in api_routes()}


def test_every_operation_has_an_example() -> None:
    shown = {(one.method.lower(), _shape_of(one.path)) for one in examples(PAGE)}
    offered = {(method, f"/api/v1/{route.path}") for route in ROUTES for method in route.operations()}

    assert offered <= shown


def _shape_of(path: str) -> str:
    without_query = path.partition("?")[0]
    named = re.sub(r"T-[0-9A-Z]{7}", "{ref}", without_query)
    return re.sub(r"(?<=/)(flag|mail|attachment|block)(s?)/\d+", r"\1\2/{\1}", named)


@pytest.mark.django_db(transaction=True)
def test_the_examples_are_what_really_happens(live_server: LiveServer) -> None:
    make = Make()
    ensure_defaults()
    make.store().other_queues.add(make.queue("Refunds"))
    make.mailbox()
    StoreTopic.objects.create(store=make.store(), name="Sizes")
    store = make.store(locale="en-GB", timezone="Europe/London")
    make.member(make.agent("mira"), queue=make.queue())
    type(make.agent("mira")).objects.filter(email="mira@example.com").update(name="Mira Lund")
    now = database_now()
    _, key = make.key(store=store, now=now)
    found = examples(PAGE)
    with transaction.atomic():
        of = make.agent("admin")
        _, report_key = report_keys.issue(of, environment="live", name="A screen", now=now)
    figures.begin()
    teller = Teller(
        url=live_server.url, key=key, report_key=report_key, written_at=written_at(found), now=now
    )

    wrong = []
    for example in found:
        status, answer = teller.send(example)
        if status != example.status:
            wrong.append(f"{example.method} {example.path}: {status} {answer}")
        else:
            said = teller.differences(example.answer, answer)
            wrong += [f"{example.method} {example.path} {each}" for each in said]
    assert wrong == []


def test_every_scope_is_explained() -> None:
    assert set(pages.rows(pages.section(PAGE, "Keys and scopes"))) == set(Scope.values)


def test_every_query_parameter_is_explained() -> None:
    tickets = set(pages.rows(pages.section(PAGE, "Reading tickets")))
    flags = pages.section(PAGE, "Flags")

    assert tickets == set(shapes.TicketQuery.__struct_fields__)
    assert all(f"`{name}`" in flags for name in monitor_shapes.FlagQuery.__struct_fields__)


def test_every_parameter_of_a_report_is_explained() -> None:
    told = pages.section(PAGE, "Reports").partition("A report is as of one instant")[0]

    assert {name for name in NAMES if f"`{name}`" not in told} == set()
    assert {name for name in METRICS if f"`{name}`" not in told} == set()


def test_every_field_that_can_be_sent_is_explained() -> None:
    told = set(pages.rows(pages.section(PAGE, "Sending a ticket")))
    said = set(pages.rows(pages.section(PAGE, "Messages")))

    assert told == set(NewTicket.__struct_fields__)
    assert said == set(message_shapes.SaidMessageShape.__struct_fields__)


def test_every_problem_that_can_be_said_is_listed_and_no_other() -> None:
    listed = set(pages.rows(pages.section(PAGE, "Errors")))

    assert listed == codes_said() - PEOPLE_ALONE
    assert codes_said() >= PEOPLE_ALONE


def test_each_refusal_is_listed_with_its_status() -> None:
    listed = pages.rows(pages.section(PAGE, "Errors"))

    for refusal in refusals(Refused):
        if (
            refusal.code != Refused.code and refusal.code in listed
        ):  # one that has none of its own is a family
            assert listed[refusal.code][0] == str(refusal.status), refusal.code


def codes_said() -> set[str]:
    """Return every code of a problem: of the rooms' refusals, of the API, of its middleware and front."""
    above = pkgutil.walk_packages(monitor.__path__, "monitor.")
    for module in (*pkgutil.walk_packages(helpdesk.__path__, "helpdesk."), *above):
        import_module(module.name)  # classes are known once somebody has imported them
    raised = {refusal.code for refusal in refusals(Refused)}
    written = {code for path in _api_files() for code in _codes_in(path)}
    return raised | written | set(middleware.CODES.values())


def refusals(kind: type[Refused]) -> Iterator[type[Refused]]:
    yield kind
    for each in kind.__subclasses__():
        yield from refusals(each)


def _api_files() -> list[Path]:
    return [
        *(ROOT / "helpdesk" / "api").rglob("*.py"),
        *(ROOT / "monitor" / "api").rglob("*.py"),
        ROOT / "config" / "asgi.py",
        ROOT / "config" / "front" / "bounded_http.py",
    ]


def _codes_in(path: Path) -> Iterator[str]:
    """Yield the codes in calls that make a refusal or a problem: a status, then the code."""
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Call(
                func=ast.Name(id="RequestRefused" | "BodyRefused" | "problem")
                | ast.Attribute(attr="problem"),
                args=[ast.Constant(value=int()), ast.Constant(value=str(code)), *_],
            ):
                yield code
