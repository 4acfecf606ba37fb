"""Queues and who works in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from helpdesk.input.visible_line import VisibleLineField
from helpdesk.models.alike_names import namesake, one_of_a_name, resembles

if TYPE_CHECKING:
    from helpdesk.models.agent import Agent
    from helpdesk.models.store import Store


class QueueQuerySet(models.QuerySet["Queue"]):
    def visible_to(self, agent: Agent) -> Self:
        """Keep the queues that the agent works in or oversees; an admin sees all."""
        return self if agent.is_admin else self.filter(memberships__agent=agent)

    def in_use(self) -> Self:
        """Keep those to which tickets may still go."""
        return self.filter(retired_at=None)

    def overseen_by(self, agent: Agent) -> Self:
        if agent.is_admin:
            return self
        return self.filter(memberships__agent=agent, memberships__role=Role.OVERSEER)

    def named(self, name: str) -> Queue | None:
        """Return the queue of that name, however it is spelled, as `namesake` does."""
        return namesake(self, name)

    def named_or_made(self, name: str) -> Queue:
        """Return the queue of that name, however it is spelled; make it where there is none."""
        return self.named(name) or self.create(name=name)

    def resembling(self, name: str) -> list[Queue]:
        """Return the queues that somebody who writes this name may have meant."""
        return [queue for queue in self.order_by("name") if resembles(queue.name, name)]

    def reached_by(self, store: Store) -> Self:
        """Keep the store's own queue, and those that its keys may hand tickets to."""
        reached = Q(pk=store.default_queue_id) | Q(pk__in=store.other_queues.values("pk"))
        return self.in_use().filter(reached)

    def without_people(self) -> Self:
        """Keep the queues in which nobody works who could log in: whatever comes there is seen by admins alone."""
        return self._of_use().exclude(memberships__in=Membership.objects.present())

    def without_overseer(self) -> Self:
        """Keep the queues of whose broken promises nobody is told but the admins."""
        return self._of_use().exclude(memberships__in=Membership.objects.present().overseeing())

    def _of_use(self) -> Self:
        """Leave out what is retired, and where the demo is shut, the queues of its stores alone."""
        if settings.DEMO_IS_OPEN:
            return self.in_use()
        of_the_demo = Queue.objects.filter(stores__environment="demo")
        real = Queue.objects.filter(stores__environment__in=["live", "test"])
        return self.in_use().exclude(Q(pk__in=of_the_demo.values("pk")) & ~Q(pk__in=real.values("pk")))


class Queue(models.Model):
    """The pool of tickets that a team works through; it may serve several stores."""

    name = VisibleLineField(_("name"), max_length=200, unique=True)
    lists_questions = models.BooleanField(
        _("questions beside the reply"),
        default=False,
        db_default=False,
        help_text=_("for those of its agents who have not chosen otherwise"),
    )
    silence_reminds_after_days = models.PositiveSmallIntegerField(
        null=True,
        editable=False,
        help_text=_("working days after which a customer from whom nothing comes is reminded once"),
    )
    silence_resolves_after_days = models.PositiveSmallIntegerField(
        null=True,
        editable=False,
        help_text=_("working days after that reminder until the ticket is resolved"),
    )
    created_at = models.DateTimeField(_("created at"), db_default=models.functions.Now())

    retired_at = models.DateTimeField(_("retired at"), null=True, editable=False)

    objects = QueueQuerySet.as_manager()

    class Meta:
        verbose_name = _("queue")
        verbose_name_plural = _("queues")
        constraints = [
            one_of_a_name(),
            models.CheckConstraint(
                name="queue_silence_is_whole",
                condition=Q(silence_reminds_after_days=None, silence_resolves_after_days=None)
                | Q(
                    silence_reminds_after_days__isnull=False,
                    silence_reminds_after_days__gte=1,
                    silence_resolves_after_days__isnull=False,
                    silence_resolves_after_days__gte=1,
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse the name of another queue that is spelled otherwise: people could not tell them apart."""
        other = Queue.objects.exclude(pk=self.pk).named(self.name)
        if other is not None:
            told = _("There is a queue of this name: “%(queue)s”.")
            raise ValidationError({"name": ValidationError(told, params={"queue": other.name})})


class Role(models.TextChoices):
    """What an agent is in a queue. Only admin is global, and stands on the agent."""

    MEMBER = "member", _("member")
    OVERSEER = "overseer", _("overseer")


class MembershipQuerySet(models.QuerySet["Membership"]):
    def present(self) -> Self:
        """Keep those of agents who can log in."""
        active = self.filter(agent__is_active=True)
        return active if settings.DEMO_IS_OPEN else active.filter(agent__is_demo=False)

    def overseeing(self) -> Self:
        return self.filter(role=Role.OVERSEER)


class Membership(models.Model):
    """An agent's place in a queue."""

    agent = models.ForeignKey("helpdesk.Agent", on_delete=models.CASCADE, related_name="memberships")
    queue = models.ForeignKey(Queue, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=8, choices=Role.choices, default=Role.MEMBER)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(name="membership_once_per_queue", fields=["agent", "queue"]),
            models.CheckConstraint(name="membership_role_is_known", condition=Q(role__in=Role.values)),
        ]

    def __str__(self) -> str:
        return f"{self.agent} · {self.queue}"
