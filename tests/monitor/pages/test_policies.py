"""Policies on pages: edited, reviewed, and published exactly as they were reviewed."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from helpdesk.database.instant import database_now
from helpdesk.models import Agent, SecurityEvent, SecurityEventKind
from monitor.models import Calendar, CalendarVersion, Policy, PolicyVersion
from monitor.promises import in_force, versions
from tests.make import Make

VIP = {"match": {"tier": ["vip"]}, "targets": {"first_response": {"seconds": 900}}}


@pytest.fixture
def boss(make: Make, client: Client) -> Agent:
    agent = make.agent("admin", timezone="UTC")
    client.force_login(agent)
    return agent


def plain(page: Any) -> str:
    return re.sub(r"\s+", " ", unescape(strip_tags(page.content.decode())))


def named(name: str) -> Policy:
    return Policy.objects.get(name=name)


def shown(page: Any) -> dict[str, Any]:
    """Return what a browser would send of the page's form if nothing were changed."""
    sent: dict[str, Any] = {}
    for bound in page.context["form"]:
        value = bound.value()
        if isinstance(value, list):
            sent[bound.html_name] = list(map(str, value))
        elif value not in (None, False):
            sent[bound.html_name] = "on" if value is True else value
    return sent


def carried(page: Any) -> dict[str, str]:
    """Return what the review would send if it were published, with what is doubted meant."""
    return {"drafts": page.context["drafts"], "meant": page.context["key"]}


def edited(client: Client, name: str = "Everybody", **changed: Any) -> Any:
    """Change fields of a policy's form as it is shown, and ask what that would do."""
    address = reverse("policy-editing", args=[named(name).pk])
    return client.post(address, {**shown(client.get(address)), **changed})


def rows(page: Any) -> dict[str, str]:
    """Return what a page lists by name, folded or not."""
    found = re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", page.content.decode(), re.DOTALL)
    return {unescape(name): unescape(strip_tags(words)).strip() for name, words in found}


def sides(page: Any) -> list[str]:
    """Return what is said to differ."""
    found = re.findall(r'<tr class="differs">\s*<th scope="row"><bdi>(.*?)</bdi>', page.content.decode())
    return [unescape(name) for name in found]


def publish(client: Client, review: Any, **changed: str) -> Any:
    return client.post(reverse("policy-publication"), {**carried(review), **changed}, follow=True)


def in_force_now(name: str) -> PolicyVersion:
    found = {one.policy.name: one for one in in_force.policies_in_force(database_now())}
    return found[name]


@pytest.mark.usefixtures("boss")
class TestEditing:
    def test_a_change_is_reviewed_and_published_exactly(self, client: Client) -> None:
        before = in_force_now("Everybody")
        review = edited(
            client, amount_first_response_urgent="3", unit_first_response_urgent="working_days", why="Summer"
        )
        assert review.status_code == 200
        assert "3 working days" in plain(review)
        assert list(sides(review)) == ["First response, urgent"]
        assert "First response, low" in rows(review)
        assert not rows(review).keys() & {"Channels", "Acknowledgement: pauses while"}
        assert in_force_now("Everybody") == before

        page = publish(client, review)

        assert "Published." in plain(page)
        now = in_force_now("Everybody")
        assert (now.version, now.why) == (before.version + 1, "Summer")
        amounts = now.rules["targets"]["first_response"]["amounts"]
        assert amounts["urgent"] == {"days": 3, "basis": "business", "ends": "same_time"}
        assert amounts["low"] == {"seconds": 28800, "basis": "business"}
        assert SecurityEvent.objects.filter(kind=SecurityEventKind.VERSION_PUBLISHED).count() == 1

    def test_priorities_that_are_promised_the_same_are_said_together(self, client: Client) -> None:
        same = {f"amount_resolution_{one}": "2" for one in ("urgent", "high")}
        same |= {f"unit_resolution_{one}": "working_days" for one in ("urgent", "high")}
        review = edited(client, **same)

        assert sides(review) == ["Resolution, urgent", "Resolution, high"]
        assert {"Resolution, normal", "First response, urgent"} <= rows(review).keys()
        publish(client, review)
        told = rows(client.get(reverse("policy", args=[named("Everybody").pk])))
        assert told["Resolution, urgent and high"].startswith("2 working days")
        again = edited(
            client, **dict.fromkeys(same, "4") | {one: "hours" for one in same if one.startswith("unit")}
        )
        assert sides(again) == ["Resolution, urgent and high"]

    def test_one_promise_to_all_stands_once_in_a_table(self, client: Client) -> None:
        listed = client.get(reverse("policies"))

        assert "First response All priorities: 10 min, around the clock Next response" in plain(listed)
        assert "First response 30 min, around the clock 1 hr, around the clock" in plain(listed)

    def test_what_is_typed_is_not_lost_on_an_error(self, client: Client) -> None:
        page = edited(
            client,
            amount_resolution_low="soon",
            why="Because",
            written_tags="a\nb",
            effective_at="1999-01-01T00:00",
        )

        assert page.status_code == 422
        said = page.content.decode()
        assert 'value="soon"' in said
        assert 'value="Because"' in said
        assert "a\nb</textarea>" in said
        assert "1999-01-01T00:00" in said
        assert PolicyVersion.objects.filter(policy__name="Everybody").count() == 1

    def test_an_answer_that_is_due_after_the_end_is_asked_about(self, client: Client) -> None:
        review = edited(
            client, amount_first_response_urgent="3", unit_first_response_urgent="working_days_end"
        )

        assert "the resolution is due before the first response (urgent)" in plain(review)
        assert publish(client, review, meant="").status_code == 422

    def test_what_may_not_be_meant_is_said_and_must_be_confirmed(self, client: Client) -> None:
        review = edited(client, amount_first_response_low="", pauses_first_response=["pending"])

        assert "Everybody: first response has no target for low" in plain(review)
        assert "the first response pauses" in plain(review)
        refused = publish(client, review, meant="")
        assert refused.status_code == 422
        assert in_force_now("Everybody").version == 1
        publish(client, refused)
        assert in_force_now("Everybody").version == 2

    def test_a_policy_that_matches_nothing_is_said_though_it_did_before(self, client: Client) -> None:
        publish(client, edited(client, "Chat", written_channel="Contact Form"))

        again = edited(client, "Chat", why="Nothing else")

        assert "Chat can never match: no ticket has the channel “Contact Form”" in plain(again)

    def test_somebody_elses_version_meanwhile_is_said_and_nothing_is_lost(
        self, make: Make, client: Client
    ) -> None:
        review = edited(
            client, why="Mine", amount_acknowledgement_low="90", unit_acknowledgement_low="minutes"
        )
        theirs = named("Everybody")
        versions.publish_policy(
            policy=theirs, rules=VIP, position=1000, calendar=Calendar.objects.get(), now=database_now(),
            by=make.agent("colleague"), why="Theirs",
        )  # fmt: skip

        refused = publish(client, review)

        assert refused.status_code == 422
        assert "Somebody has published another version meanwhile" in plain(refused)
        assert "Theirs" in plain(refused)
        assert in_force_now("Everybody").version == 2
        publish(client, refused)
        assert in_force_now("Everybody").version == 3
        assert in_force_now("Everybody").why == "Mine"
        assert in_force_now("Everybody").rules["targets"]["acknowledgement"]["seconds"]["low"] == 5400

    def test_going_back_from_the_review_shows_what_was_proposed(self, client: Client) -> None:
        review = edited(
            client, why="Mine", amount_acknowledgement_low="90", unit_acknowledgement_low="minutes"
        )

        page = client.post(reverse("policy-again"), {"drafts": review.context["drafts"]})

        sent = shown(page)
        assert page.status_code == 200
        assert (sent["why"], sent["amount_acknowledgement_low"]) == ("Mine", "90")
        assert page.context["action"] == reverse("policy-editing", args=[named("Everybody").pk])

    def test_a_target_is_said_back_while_it_is_typed(self, client: Client) -> None:
        office = Calendar.objects.create(name="Office")
        week = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
        CalendarVersion.objects.create(
            calendar=office, version=1, effective_at=database_now(), spec={"timezone": "UTC", "weekly": week}
        )
        address = reverse("policy-editing", args=[named("Everybody").pk])
        typed = {"amount_resolution_low": "3", "unit_resolution_low": "working_days", "calendar": office.pk}

        page = client.post(reverse("policy-words"), {**shown(client.get(address)), **typed})

        found = re.search(
            r"3 working days, to the same time of day: opened Fri\w*,? .*?16:30, due (\w+)", plain(page)
        )
        assert found, plain(page)
        assert found[1] == "Wed"

    def test_a_new_policy_gets_its_place_and_others_make_room(self, client: Client) -> None:
        address = reverse("new-policy")
        first = shown(client.get(address))
        chosen = {
            "name": "VIP",
            "before": named("Everybody").pk,
            "written_tier": "vip",
            "amount_resolution_any": "2",
        }

        review = client.post(address, {**first, **chosen})

        assert review.status_code == 200, plain(review)
        assert "tier “vip” (any priority): VIP, instead of Everybody" in plain(review)
        told = rows(review)
        assert told["Tiers of customers"] == "vip"
        assert told["Resolution, all priorities"].startswith("2 ")
        assert not told.keys() & {"Queues", "Retired", "First response", "Resolution: pauses while"}
        assert not Policy.objects.filter(name="VIP").exists()
        publish(client, review)
        order = [one.policy.name for one in in_force.policies_in_force(database_now())]
        assert order == ["Chat", "VIP", "Everybody"]

    def test_a_name_that_is_taken_is_refused_beside_it(self, client: Client) -> None:
        address = reverse("new-policy")

        page = client.post(address, {**shown(client.get(address)), "name": "chat"})

        assert page.status_code == 422
        assert "There is one of this name" in plain(page)

    @pytest.mark.parametrize("drafts", ["", "{", "[]", "[1]", '[{"kind": "policy"}]', '[{"kind": "mood"}]'])
    def test_a_proposal_that_cannot_be_read_publishes_nothing(self, client: Client, drafts: str) -> None:
        before = PolicyVersion.objects.count()

        for name in ("policy-publication", "policy-again"):
            page = client.post(reverse(name), {"drafts": drafts}, follow=True)
            assert "cannot be read" in plain(page)

        assert PolicyVersion.objects.count() == before


@pytest.mark.usefixtures("boss")
class TestOrderAndEnd:
    def test_moving_a_policy_says_whose_tickets_change(self, client: Client) -> None:
        chat = named("Chat")
        address = reverse("policy-place", args=[chat.pk])

        review = client.post(address, {**shown(client.get(address)), "before": "", "why": "Order"})

        assert "Chat is never reached: all its tickets meet Everybody before it" in plain(review)
        assert "Everybody, instead of Chat" in plain(review)
        publish(client, review)
        assert [one.policy.name for one in in_force.policies_in_force(database_now())] == [
            "Everybody",
            "Chat",
        ]
        assert named("Everybody").versions.count() == 1

    def test_retiring_asks_first_and_says_what_follows(self, client: Client) -> None:
        address = reverse("policy-retirement", args=[named("Everybody").pk])

        review = client.post(address, {**shown(client.get(address)), "scope": "new_and_open"})

        assert "no promise at all, since no policy matches" in plain(review)
        assert len(in_force.policies_in_force(database_now())) == 2
        publish(client, review)
        assert [one.policy.name for one in in_force.policies_in_force(database_now())] == ["Chat"]

    def test_a_retired_policy_comes_back_by_restoring_what_it_said(self, client: Client) -> None:
        chat = named("Chat")
        address = reverse("policy-retirement", args=[chat.pk])
        publish(client, client.post(address, shown(client.get(address))))
        restoration = reverse("policy-restoration", args=[chat.pk, 1])

        review = client.post(restoration, shown(client.get(restoration)))
        publish(client, review)

        back = in_force_now("Chat")
        assert (back.version, back.rules, back.why) == (
            3,
            chat.versions.get(version=1).rules,
            "As in version 1",
        )


@pytest.mark.usefixtures("boss")
class TestVersions:
    def test_two_versions_stand_side_by_side_with_who_when_and_why(self, client: Client) -> None:
        publish(client, edited(client, why="Hurry", amount_first_response_low="6"))

        page = client.get(reverse("policy", args=[named("Everybody").pk]))

        said = plain(page)
        assert "Hurry" in said
        assert "Admin" in said
        assert "First response, low" in said
        assert [side.label for side in page.context["changed"]] == ["First response, low", "For"][:1]

    def test_what_was_shipped_counts_from_the_beginning(self, client: Client) -> None:
        for name, number in (("policy", named("Chat").pk), ("calendar", Calendar.objects.earliest("pk").pk)):
            page = plain(client.get(reverse(name, args=[number])))
            assert "from the beginning" in page
            assert "1970" not in page

    def test_planned_and_past_versions_are_told_apart(self, client: Client) -> None:
        later = (database_now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
        publish(client, edited(client, why="Hurry", amount_first_response_low="6"))
        publish(client, edited(client, amount_first_response_low="5", effective_at=later))

        page = client.get(reverse("policy", args=[named("Everybody").pk]))

        assert [line.state for line in page.context["history"]] == ["planned", "in_force", "past"]
        assert "Planned: version 3" in plain(
            client.get(reverse("policy-editing", args=[named("Everybody").pk]))
        )

    def test_each_version_says_its_targets_in_the_days_of_its_own_time(self, client: Client) -> None:
        long, short = (
            {"timezone": "UTC", "weekly": {"mon": [[opens, "17:00"]]}} for opens in ("09:00", "13:00")
        )
        begun, calendar, policy = (
            database_now() - timedelta(days=9),
            Calendar.objects.get(),
            named("Everybody"),
        )
        rules = {"targets": {"first_response": {"seconds": 8 * 3600}}}
        for days, hours in enumerate((long, short)):
            at = begun + timedelta(days=days)
            versions.publish_calendar(calendar=calendar, spec=hours, now=at)
            versions.publish_policy(policy=policy, calendar=calendar, rules=rules, position=1 + days, now=at)

        page = client.get(reverse("policy", args=[policy.pk]))

        said = {side.label: (side.one, side.other) for side in page.context["changed"]}
        then, now = said["First response, all priorities"]
        assert (then[:13], now[:14]) == ("1 working day", "2 working days")

    def test_old_hours_are_restored_as_new_ones(self, client: Client) -> None:
        calendar = Calendar.objects.get()
        first = calendar.versions.get()
        spec = {**first.spec, "holidays": ["2026-12-25"]}
        versions.publish_calendar(calendar=calendar, spec=spec, now=database_now())
        page = client.get(reverse("calendar-versions", args=[calendar.pk]))
        assert [side.label for side in page.context["changed"]] == ["2026-12-25"]
        address = reverse("calendar-restoration", args=[calendar.pk, 1])

        publish(client, client.post(address, shown(client.get(address))))

        assert calendar.versions.latest("version").spec == first.spec
        assert calendar.versions.count() == 3


def test_supervisors_read_and_do_not_write(make: Make, client: Client) -> None:
    client.force_login(make.agent("overseer"))
    chat = named("Chat").pk

    hours = [named("Chat").versions.latest("version").calendar_id]
    read = [("policies", []), ("policy", [chat]), ("calendars", []), ("calendar", hours)]
    for page in (plain(client.get(reverse(name, args=args))) for name, args in read):
        assert "An admin can change this." in page
        assert "Edit" not in page
    assert client.get(reverse("policy-editing", args=[chat])).status_code == 403
    assert client.post(reverse("policy-publication")).status_code == 403
    client.force_login(make.agent("owner"))
    assert client.get(reverse("policies")).status_code == 403
