"""The people who answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from helpdesk.input.visible_line import VisibleLineField
from helpdesk.models.queue import Membership

_MADE_UP = "@imported.invalid"

LONGEST_HOLD: Final = 30
"""Seconds for which an agent may have their replies held: the customer waits meanwhile."""


def address_of(email: str | None) -> str | None:
    """Return an agent's e-mail as others are told it; null for a login that an import once made of a name."""
    return None if email is None or email.endswith(_MADE_UP) else email


class Theme(models.TextChoices):
    AUTO = "auto", _("as the system")
    LIGHT = "light", _("light")
    DARK = "dark", _("dark")


class AfterSending(models.TextChoices):
    """Where an agent goes on once an answer is sent."""

    STAY = "stay", _("stay on the ticket")
    NEXT = "next", _("take the next ticket")
    LIST = "list", _("go back to the list")


class AgentAccounts(BaseUserManager["Agent"]):
    """Django's entry for making accounts; e-mail addresses are kept in lower case."""

    def visible_to(self, agent: Agent) -> models.QuerySet[Agent]:
        """Return the people of the agent's queues, and themself; to an admin everybody."""
        if agent.is_admin:
            return self.all()
        theirs = agent.memberships.values("queue")
        return self.filter(
            Q(pk=agent.pk) | Q(pk__in=Membership.objects.filter(queue__in=theirs).values("agent"))
        )

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Agent:
        agent = self.model(email=email.lower(), **fields)
        agent.set_password(password)
        agent.save(using=self._db)
        return agent

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Agent:
        return self.create_user(email, password, is_admin=True, is_superuser=True, **fields)


class Agent(AbstractBaseUser, PermissionsMixin):
    """A person who answers tickets, and the login user."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = VisibleLineField(_("name"), max_length=200)
    is_active = models.BooleanField(_("active"), default=True)
    is_admin = models.BooleanField(_("admin"), default=False)
    is_demo = models.BooleanField(_("demo login"), default=False)
    locale = models.CharField(_("language"), max_length=35, default="en")
    timezone = models.CharField(_("time zone"), max_length=64, default="UTC")
    theme = models.CharField(_("theme"), max_length=5, choices=Theme.choices, default=Theme.AUTO)
    hot_keys = models.BooleanField(_("keyboard shortcuts"), default=True)
    mails_mentions = models.BooleanField(
        _("mail where a note mentions me"),
        default=True,
        db_default=True,
        help_text=_("Once, if you have not looked within some minutes."),
    )
    hold_seconds = models.PositiveSmallIntegerField(
        _("seconds to take a reply back"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(LONGEST_HOLD)],
        help_text=_("0 to 30, during which a reply by mail has not left yet. Empty: as for everybody."),
    )
    after_sending = models.CharField(
        _("after sending"),
        max_length=4,
        choices=AfterSending.choices,
        default=AfterSending.STAY,
        db_default=AfterSending.STAY,
    )
    lists_questions = models.BooleanField(
        _("questions beside the reply"),
        null=True,
        blank=True,
        help_text=_("What the customer asked, to be ticked off for oneself. Empty: as the queue has it."),
    )
    last_seen_at = models.DateTimeField(
        _("last seen"), null=True, editable=False, help_text=_("when they last did something here themselves")
    )
    joined_at = models.DateTimeField(_("joined at"), db_default=models.functions.Now())

    objects = AgentAccounts()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("agent")
        verbose_name_plural = _("agents")
        constraints = [
            models.CheckConstraint(name="agent_email_is_lower_case", condition=Q(email=Lower(F("email")))),
            models.CheckConstraint(
                name="agent_holds_replies_not_too_long",
                condition=Q(hold_seconds=None) | Q(hold_seconds__lte=LONGEST_HOLD),
            ),
            models.CheckConstraint(
                name="agent_goes_on_where_one_can", condition=Q(after_sending__in=AfterSending.values)
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def address(self) -> str | None:
        return address_of(self.email)

    @property
    def here_at(self) -> datetime | None:
        """When they last did something here themselves, as far as that is noted, or logged in."""
        return max((at for at in (self.last_seen_at, self.last_login) if at is not None), default=None)

    @property
    def is_staff(self) -> bool:
        """Django's word for whoever may enter its admin."""
        return self.is_admin


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def unanswered(self) -> Self:
        """Keep those neither accepted nor revoked, run out or not."""
        return self.filter(accepted_at=None, revoked_at=None)

    def open(self, now: datetime) -> Self:
        return self.unanswered().filter(expires_at__gt=now)


class Invitation(models.Model):
    """A link by which a new agent joins a queue; only its digest is kept. An address has one that is open."""

    digest = models.BinaryField(max_length=32, unique=True)
    email = models.EmailField(_("e-mail"))
    queue = models.ForeignKey("helpdesk.Queue", on_delete=models.CASCADE, related_name="invitations")
    role = models.CharField(_("role"), max_length=8)
    invited_by = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=models.functions.Now())
    expires_at = models.DateTimeField(_("expires at"))
    accepted_at = models.DateTimeField(_("accepted at"), null=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                name="invitation_one_open_per_address",
                fields=["email"],
                condition=Q(accepted_at=None, revoked_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.email
