"""A desk with something behind every address: whoever tries all pages begins with it."""

from __future__ import annotations

import io
import re
from typing import Any, Final
from zoneinfo import ZoneInfo

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from django.db import transaction
from PIL import Image

from helpdesk.access import report_keys
from helpdesk.access.people import invitations
from helpdesk.attachments import previews
from helpdesk.attachments.file_keeping import GivenFile
from helpdesk.conversation import held_replies, replies
from helpdesk.conversation.canned import canned_replies
from helpdesk.conversation.canned.canned_replies import WrittenReply
from helpdesk.conversation.team_notes import team_notes
from helpdesk.conversation.team_notes.team_notes import WrittenNote
from helpdesk.database.instant import database_now
from helpdesk.mail.spam import sender_blocks
from helpdesk.models import Agent, Mention, RawMail, Role, StoreTopic, Ticket
from helpdesk.models.mail.raw_mail import MailReason
from helpdesk.search import saved_views
from helpdesk.tickets import assignment
from helpdesk.tickets.bulk import bulk_job
from monitor import wallboards
from monitor.models import Calendar, Freeze, ListedCause, Policy
from monitor.promises import versions
from monitor.promises.defaults import ensure_defaults
from monitor.reports.months import month_report, reported_figures
from monitor.reports.objectives.calendar_month import month_of
from tests.helpdesk.attachments.given_files import on_the_first_message
from tests.helpdesk.conversation.drafts.drafts import begun
from tests.helpdesk.mail.filing.post import MIRA, bring, mail, post
from tests.make import Make
from tests.monitor.opinion import exports
from tests.monitor.promises.trial import tried

PLACE: Final = re.compile(r"\{\w+\}")
LETTER: Final = '<p>Where is <b>my order</b>?</p><table><tr><td bgcolor="#eee">8841</td></tr></table>'
WIFE: Final = "I am his wife. Is it blue?"


class Furnished:
    """What stands behind the places of addresses: `address` puts it there."""

    def __init__(self, make: Make) -> None:
        self.make, self.now = make, database_now()
        self.owner, self.colleague = make.agent("owner"), make.agent("colleague")
        self.overseer, self.admin = make.agent("overseer"), make.agent("admin")
        self.guarded = self._with_second_factor(make.agent("guarded"))
        make.mailbox(imap_host="127.0.0.1", imap_port=1, smtp_host="127.0.0.1", smtp_port=1)
        self.ticket = self._conversation()
        with transaction.atomic():
            self.behind = (
                self._of_the_ticket() | self._of_the_desk() | self._of_the_set_up() | self._of_mail()
            )
            self.behind |= self._of_people()

    def address(self, route: str) -> str:
        """Return a route with what is there in each of its places. Raises KeyError where nothing is."""
        return PLACE.sub(lambda place: str(self._at(place)), route)

    def form(self, fields: dict[str, str]) -> dict[str, object]:
        """Return a form's fields, with what is there in place of what they name."""
        return {name: self.address(value) if PLACE.match(value) else value for name, value in fields.items()}

    def _at(self, place: re.Match[str]) -> object:
        """Return what stands at a place: of what stands there on other ways, that whose way is this one longest."""
        if (itself := place.group()) in self.behind:
            return self.behind[itself]
        route, end = place.string, place.end()
        ways = [
            way for way in self.behind if route.startswith(way) and [*PLACE.finditer(way)][-1].end() == end
        ]
        if not ways:
            raise KeyError(f"nothing stands behind {route[:end]}: see {__name__}")
        return self.behind[max(ways, key=len)]

    def _conversation(self) -> Ticket:
        """A customer's letter, somebody else's, an answer, a note that mentions, and what the customer said to it."""
        store, html = self.make.store(), "text/html; charset=utf-8"
        letter = post(store, mail(LETTER, at=None, Content_Type=html), now=self.now)
        other = mail(WIFE, by=MIRA, mid="w@x.example", answers=["one@example.com"], at=None)
        theirs = post(store, other, now=self.now).message
        assert letter.message is not None
        assert theirs is not None
        self.letter, self.theirs = letter.message, theirs
        ticket = self.letter.ticket
        with transaction.atomic():
            by: dict[str, Any] = {"ticket": ticket, "now": self.now}
            assignment.claim(by=self.owner, **by)
            self.answer = replies.reply_in_public(author=self.owner, body="On its **way**.", **by)
            note: dict[str, Any] = {"body": "@Owner: it was sent on Monday.", "mentions": [self.owner]}
            replies.add_note(author=self.colleague, **note, **by)
            replies.receive_customer_message(body="And now?", **by)
        return ticket

    def _of_the_ticket(self) -> dict[str, object]:
        ticket, messages = self.ticket, "/tickets/{reference}/messages/{number}"
        said: dict[str, Any] = {"body": "Tomorrow.", "then": "wait", "external_id": "page:1"}
        held = held_replies.hold(ticket=ticket, author=self.owner, now=self.now, **said)
        return {
            "/tickets/{reference}": ticket.reference,
            "{other}": self.make.ticket(now=self.now).reference,
            "/next/{reference}": ticket.reference,
            "/policies/tester/?reference={reference}": ticket.reference,
            messages: self.theirs.pk,
            f"{messages}/markup": self.letter.pk,
            f"{messages}/note": self.answer.pk,
            "/tickets/{reference}/held/{number}": held.pk,
            "/tickets/{reference}/drafts/{number}": begun(ticket, self.colleague, body="Dear Jon").pk,
            "/tickets/{reference}/drafts/{kind}": "composer",
            "/attachments/{number}": self._picture(),
        }

    def _picture(self) -> int:
        bytes_of = io.BytesIO()
        Image.new("RGB", (40, 30), "teal").save(bytes_of, "PNG")
        file = on_the_first_message(self.ticket, GivenFile("lamp.png", bytes_of.getvalue()), by=self.owner)
        previews.take(now=self.now)
        return file.pk

    def _of_the_desk(self) -> dict[str, object]:
        note = WrittenNote("Where a parcel is", "It left us.", self.make.queue(), None)
        canned: dict[str, Any] = {"name": "On its way", "texts": {"en": "It is.", "he": "כן"}}
        view: dict[str, Any] = {"name": "Urgent", "page": "queue", "query": "tab=all", "environment": "live"}
        noted = team_notes.keep(note, by=self.owner, now=self.now).pk
        of_queue = WrittenReply(queue=self.make.queue(), **canned)
        act: dict[str, Any] = {"act": "priority", "value": "urgent", "tickets": [self.ticket.pk]}
        by_overseer = {"made_by": self.overseer, "queue_ids": [self.make.queue().pk]}
        frozen = Freeze.objects.create(
            environment="live", name="Outage", reason="No power", starts_at=self.now, **by_overseer
        )
        return {
            "/notes/{number}": noted,
            "/broken/causes/{number}": ListedCause.objects.create(name="Storm", created_by=self.overseer).pk,
            "/freezes/{number}": frozen.pk,
            "/tickets/{reference}/notes/{number}": noted,
            "/canned/{number}": canned_replies.keep(of_queue, by=self.overseer).pk,
            "/views/{number}": saved_views.keep(**view, by=self.owner).pk,
            "/mentions/{number}": Mention.objects.get(agent=self.owner).pk,
            "/second-opinion/{number}": exports.counted_opinion(),
            "/second-opinion/{number}/reading": exports.refused_opinion(),
            "/second-opinion/{number}/tickets/{theirs}": 1,
            "/trials/{number}": tried.counted(self.admin, tried.NEW_HOURS, now=self.now).pk,
            "/bulk/{number}": bulk_job.ask(**act, by=self.owner, now=self.now).pk,
        }

    def _of_the_set_up(self) -> dict[str, object]:
        store, queue = self.make.store(), self.make.queue()
        wall: dict[str, Any] = {"queue": queue, "environment": "live", "theme": "dark", "now": self.now}
        reader: dict[str, Any] = {"environment": "live", "name": "A screen", "now": self.now}
        self.wallboard, self.wall_token = wallboards.make(by=self.overseer, **wall)
        return {
            "/promises/{number}": self._policy().pk,
            "{version}": 1,
            "/stores/{number}": store.pk,
            "/topics/{number}": StoreTopic.objects.create(store=store, name="Refunds").pk,
            "/mailboxes/{number}": self.make.mailbox().pk,
            "/keys/{public_id}": self.make.key(now=self.now)[0].public_id,
            "/report-keys/{public_id}": report_keys.issue(self.overseer, **reader)[0].public_id,
            "/queues/{number}": queue.pk,
            "{queue}": queue.pk,
            "{elsewhere}": self.make.queue("Elsewhere").pk,
            "/board/walls/{number}": self.wallboard.pk,
            "/board/months/{number}": self._closed_month(),
            "/calendars/{number}": self._calendar(),
            "/wall/{token}": self.wall_token,
            "/demo/mail/{uid}": 1,  # by the demo's mail server alone, which its own tests run
            "/jobs/{number}": bulk_job.ask(
                act="priority", value="low", tickets=[self.ticket.pk], by=self.admin, now=self.now
            ).pk,
        }

    def _closed_month(self) -> int:
        month, zone = month_of(self.now.date()), ZoneInfo("UTC")
        told: dict[str, Any] = {"environment": "live", "zone": zone, "note": "So far", "now": self.now}
        begun = month_report.begin(month, by=self.overseer, seen=None, **told)
        month_report.settle(begun, now=self.now)
        for metric, side in reported_figures.PARTS:
            reported_figures.write(begun, metric, side, now=self.now)
        return month_report.finish(begun, at=self.now)

    def _calendar(self) -> int:
        """Hours of two places, with holidays of a list and of somebody's own, and a day with other hours."""
        year = self.now.year
        days = {"mon": [["09:00", "12:00"], ["13:00", "17:00"]], "sat": [["22:00", "02:00"]]}
        berlin = {
            "timezone": "Europe/Berlin", "weekly": days, "holidays": [f"{year}-12-25"],
            "date_overrides": {f"{year + 1}-01-04": [["10:00", "12:00"]]},
            "notes": {f"{year}-12-25": {"name": "Christmas Day", "source": "holidays 0.109 DE-BY"}},
        }  # fmt: skip
        spec = {"any_of": [berlin, {"timezone": "Asia/Jerusalem", "weekly": days}]}
        calendar = Calendar.objects.create(name="Two places")
        versions.publish_calendar(calendar=calendar, spec=spec, by=self.admin, now=self.now, why="We moved.")
        return calendar.pk

    def _policy(self) -> Policy:
        """The promise to everybody, of which there is a second version."""
        ensure_defaults()
        first = Policy.objects.get(name="Everybody").versions.get()
        versions.publish_again(first, calendar=first.calendar, now=self.now, by=self.admin)
        return first.policy

    def _of_mail(self) -> dict[str, object]:
        store, sender = self.make.store(), "eve@spam.example"
        raw = bring(store, mail(mid="odd@x.example", at=None), now=self.now)
        aside = {"read_at": self.now, "outcome": "set_aside", "reason": MailReason.UNREADABLE}
        RawMail.objects.filter(pk=raw.pk).update(**aside, detail="no date", sender_key="odd@x.example")
        told: dict[str, Any] = {"by": self.owner, "now": self.now}
        block, _new = sender_blocks.block_sender(store=store, sender=sender, for_good=True, **told)
        stopped = post(store, mail(by=sender, mid="2@spam.example", at=None), now=self.now)
        return {
            "/mail/{number}": raw.pk,
            "/mail/{number}/not-spam": stopped.pk,
            "/mail/blocked/{number}": block.pk,
        }

    def _of_people(self) -> dict[str, object]:
        place: dict[str, Any] = {
            "queue": self.make.queue(),
            "role": Role.MEMBER,
            "by": self.admin,
            "now": self.now,
        }
        invited, token = invitations.invite(email="new@example.com", **place)
        return {
            "/people/{number}": self.colleague.pk,
            "/agents/{number}": self.colleague.pk,
            "/invitations/{number}": invited.pk,
            "/invitations/{token}": token,
            "/sessions/{number}": self._session_of(self.owner),
            "/password/reset/key/{uidb36}": user_pk_to_url_str(self.colleague),
            "/password/reset/key/{uidb36}-{key}": default_token_generator.make_token(self.colleague),
        }

    def _with_second_factor(self, agent: Agent) -> Agent:
        TOTP.activate(agent, generate_totp_secret())
        RecoveryCodes.activate(agent)
        return agent

    def _session_of(self, agent: Agent) -> int:
        elsewhere = {"ip": "192.0.2.7", "user_agent": "A telephone", "session_key": "elsewhere"}
        return int(UserSession.objects.create(user=agent, **elsewhere).pk)
