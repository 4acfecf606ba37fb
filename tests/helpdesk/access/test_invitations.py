"""Agents come in by a link."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from helpdesk.access.people.invitations import (
    BadEmail,
    InvitationUsed,
    NameMissing,
    UnknownInvitation,
    WeakPassword,
    accept,
    find_open,
    invite,
    revoke,
)
from helpdesk.models import Agent, Invitation, Membership, Role
from helpdesk.refusal import UnknownValue
from helpdesk.tickets.membership import NotAnOverseer
from tests.make import NOW, Make

SOON = NOW + timedelta(minutes=5)
GOOD = "seventeen blue herons"


def invited(make: Make, email: str = "Priya@Example.com", role: str = Role.MEMBER) -> tuple[Invitation, str]:
    return invite(email=email, queue=make.queue(), role=role, by=make.agent("overseer"), now=NOW)


def test_who_is_invited_comes_in(make: Make) -> None:
    _, token = invited(make, role=Role.OVERSEER)
    agent = accept(token=token, name=" Priya ", password=GOOD, now=SOON)

    assert (agent.name, agent.email, agent.is_admin) == ("Priya", "priya@example.com", False)
    assert agent.check_password(GOOD)
    assert Membership.objects.get(agent=agent).role == Role.OVERSEER


def test_the_token_is_not_kept(make: Make) -> None:
    _, token = invited(make)

    assert token not in str(Invitation.objects.values().get())


def test_a_link_works_once(make: Make) -> None:
    _, token = invited(make)
    assert find_open(token, now=SOON).email == "priya@example.com"
    accept(token=token, name="Priya", password=GOOD, now=SOON)

    with pytest.raises(InvitationUsed):
        accept(token=token, name="Mallory", password=GOOD, now=SOON)


@pytest.mark.parametrize("days", [7, 8])
def test_a_link_runs_out(make: Make, days: int) -> None:
    _, token = invited(make)

    with pytest.raises(UnknownInvitation):
        find_open(token, now=NOW + timedelta(days=days))


def test_a_revoked_link_opens_nothing(make: Make) -> None:
    invitation, token = invited(make)
    assert revoke(invitation, by=make.agent("admin"), now=SOON)
    assert not revoke(invitation, by=make.agent("admin"), now=SOON)

    with pytest.raises(UnknownInvitation):
        accept(token=token, name="Priya", password=GOOD, now=SOON)


def test_an_address_has_one_link_that_is_good(make: Make) -> None:
    _, first = invited(make)
    _, second = invited(make, email="priya@EXAMPLE.com")
    _, other = invited(make, email="somebody.else@example.com")

    with pytest.raises(UnknownInvitation):
        find_open(first, now=SOON)
    assert find_open(second, now=SOON)
    assert find_open(other, now=SOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.update(email="priya@example.com", revoked_at=None)


def _leaves(maker: Agent) -> None:
    maker.is_active = False
    maker.save()


def _is_only_a_member(maker: Agent) -> None:
    Membership.objects.filter(agent=maker).update(role=Role.MEMBER)


def _works_elsewhere(maker: Agent) -> None:
    Membership.objects.filter(agent=maker).delete()


@pytest.mark.parametrize("change", [_leaves, _is_only_a_member, _works_elsewhere])
def test_a_link_dies_with_the_place_of_who_made_it(make: Make, change: Callable[[Agent], None]) -> None:
    _, token = invited(make)
    change(make.agent("overseer"))

    with pytest.raises(UnknownInvitation):
        find_open(token, now=SOON)
    with pytest.raises(UnknownInvitation):
        accept(token=token, name="Priya", password=GOOD, now=SOON)


def test_a_link_of_an_admin_dies_with_the_admin(make: Make) -> None:
    boss = make.agent("admin")
    _, token = invite(email="x@example.com", queue=make.queue(), role="member", by=boss, now=NOW)
    Agent.objects.filter(pk=boss.pk).update(is_admin=False)

    with pytest.raises(UnknownInvitation):
        find_open(token, now=SOON)


@pytest.mark.parametrize(
    ("was", "invited_as", "is_now"),
    [("member", "overseer", "overseer"), ("overseer", "member", "overseer"), ("member", "member", "member")],
)
def test_who_is_there_already_becomes_no_less(make: Make, was: str, invited_as: str, is_now: str) -> None:
    agent = make.agent("priya")
    Membership.objects.filter(agent=agent).update(role=was)
    _, token = invited(make, email=agent.email, role=invited_as)
    accept(token=token, name="", password="", now=SOON)

    assert Membership.objects.get(agent=agent, queue=make.queue()).role == is_now


@pytest.mark.parametrize("token", ["", "x", "\0", "\ud800"])
def test_a_made_up_link_opens_nothing(make: Make, token: str) -> None:
    with pytest.raises(UnknownInvitation):
        accept(token=token, name="Mallory", password=GOOD, now=SOON)


def test_who_has_an_account_keeps_it_and_joins(make: Make) -> None:
    outsider = make.agent("outsider")
    _, token = invited(make, email=outsider.email)
    agent = accept(token=token, name="Other", password="whatever else", now=SOON)

    agent.refresh_from_db()
    assert agent == outsider
    assert (agent.name, agent.password) == (outsider.name, outsider.password)
    assert Membership.objects.filter(agent=agent, queue=make.queue()).exists()


def test_only_who_oversees_a_queue_invites_to_it(make: Make) -> None:
    with pytest.raises(NotAnOverseer):
        invite(email="x@example.com", queue=make.queue(), role="member", by=make.agent(), now=NOW)
    assert invite(email="x@example.com", queue=make.queue(), role="member", by=make.agent("admin"), now=NOW)


def test_nonsense_is_refused(make: Make) -> None:
    with pytest.raises(BadEmail):
        invited(make, email="nobody")
    with pytest.raises(UnknownValue):
        invited(make, role="admin")
    _, token = invited(make)
    with pytest.raises(NameMissing):
        accept(token=token, name=" ", password=GOOD, now=SOON)
    with pytest.raises(WeakPassword):
        accept(token=token, name="Priya", password="password", now=SOON)
    assert not Agent.objects.filter(email="priya@example.com").exists()
