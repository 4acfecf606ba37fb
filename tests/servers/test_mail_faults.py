"""What fails on the way of mail, by Postfix and Dovecot: what arrives, how often, and what the clock says meanwhile."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import pytest

from helpdesk.models import MailedReply
from tests.servers.scene import Scene

pytestmark = [pytest.mark.postfix, pytest.mark.dovecot, pytest.mark.django_db(transaction=True)]

SENT = 1.0
"""The minute at which the agent presses Send."""


class State(NamedTuple):
    """How often the customer has the answer, how far it has come, and what the clock of the first response says."""

    copies: int
    reply: str
    clock: str


STOPPED, RUNS = "stopped at Send", "runs"


@dataclass(frozen=True)
class Fault:
    """What happens, in which minute something is tried while it lasts and after it, and what is so then."""

    begins: Callable[[Scene], None]
    ends: Callable[[Scene], None]
    meanwhile: dict[float, State]
    after: dict[float, State]
    said: str = ""


def _nothing(scene: Scene) -> None:
    pass


def _say(action: str) -> Callable[[Scene], None]:
    return lambda scene: scene.office.policy.actions.update({scene.jon: action})


def _end_early(scene: Scene) -> None:
    scene.consent()
    scene.office.provider.access_token = "another"


def _take_back(scene: Scene) -> None:
    _end_early(scene)
    scene.office.provider.revoke()


def _misname(scene: Scene) -> None:
    scene.change(smtp_port=scene.office.postfix.misnamed, smtp_login="")


def _name(scene: Scene) -> None:
    scene.change(smtp_port=scene.office.postfix.mx)


LEFT, LEAVING = State(1, "left", STOPPED), State(0, "leaving", STOPPED)
LATE, REFUSED = State(0, "leaving", RUNS), State(0, "refused", RUNS)

FAULTS = {
    "none": Fault(_nothing, _nothing, {}, {1: LEFT}),
    "relay down for a minute": Fault(
        lambda scene: scene.office.postfix.stop(),
        lambda scene: scene.office.postfix.start(),
        {1: LEAVING, 1.5: LEAVING},
        {2.1: LEFT, 5: LEFT},
        "Connection refused",
    ),
    "relay down for ten minutes": Fault(
        lambda scene: scene.office.postfix.stop(),
        lambda scene: scene.office.postfix.start(),
        {1: LEAVING, 2: LEAVING, 7: LATE},
        {17: LEFT},
    ),
    "greylisted (451) for four minutes": Fault(
        _say("451 4.7.1 Greylisted"), _say("DUNNO"), {1: LEAVING, 1.1: LEAVING, 2: LEAVING}, {5: LEFT}, "451"
    ),
    "refused (550)": Fault(
        _say("550 5.1.1 No such user"), _say("DUNNO"), {1: REFUSED}, {5: REFUSED}, "550 5.1.1"
    ),
    "certificate of another name": Fault(
        _misname, _name, {1: LEAVING, 7: LATE}, {17: LEFT}, "Hostname|IP address"
    ),
    "token ended early": Fault(_end_early, _nothing, {1: LEAVING}, {2: LEFT}, "535"),
    "consent taken back": Fault(
        _take_back, Scene.consent, {1: LEAVING, 2: LEAVING, 7: LATE}, {17: LEFT}, "The consent for .* is over"
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_an_answer_arrives_once_and_its_clock_says_what_is_known(
    scene: Scene, told: list[str], name: str
) -> None:
    fault = FAULTS[name]
    scene.look()
    scene.asks("My lamp is late.")
    scene.look()
    scene.answer("It is on its way.", at=scene.at(SENT))
    fault.begins(scene)
    try:
        meanwhile = {minute: _state_at(minute, scene) for minute in fault.meanwhile}
        said = MailedReply.objects.get().said
    finally:
        fault.ends(scene)
    after = {minute: _state_at(minute, scene) for minute in fault.after}

    told += _lines(name, meanwhile, after)
    assert meanwhile == fault.meanwhile
    assert after == fault.after
    assert re.search(fault.said, said), said


def _state_at(minute: float, scene: Scene) -> State:
    scene.let_out_at(minute)
    return State(len(scene.customers_mails()), scene.reply_state(), scene.clock_state())


def _lines(name: str, meanwhile: dict[float, State], after: dict[float, State]) -> list[str]:
    told = [("meanwhile", minute, state) for minute, state in meanwhile.items()]
    told += [("after", minute, state) for minute, state in after.items()]
    return [
        f"{name:36} {when:9} min {minute:4g}  copies {state.copies}  reply {state.reply:8} clock {state.clock}"
        for when, minute, state in told
    ]
