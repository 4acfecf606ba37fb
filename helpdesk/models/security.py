"""What was done to doors and rights, and how often somebody has guessed at them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SecurityEventKind(models.TextChoices):
    """What the security log tells, in the past tense; each is described in docs/operations.md."""

    LOGGED_IN = "logged_in", _("logged in")
    LOGGED_OUT = "logged_out", _("logged out")
    LOGIN_FAILED = "login_failed", _("login failed")
    GUESSING_STOPPED = "guessing_stopped", _("guessing stopped")
    SESSION_ENDED = "session_ended", _("session ended")
    PASSWORD_CHANGED = "password_changed", _("password changed")
    PASSWORD_LINK_ASKED = "password_link_asked", _("link for a new password asked for")
    PASSWORD_SET_BY_LINK = "password_set_by_link", _("password set by a link")
    SECOND_FACTOR_GIVEN = "second_factor_given", _("second factor begun")
    SECOND_FACTOR_TAKEN = "second_factor_taken", _("second factor ended")
    KEY_ISSUED = "key_issued", _("key issued")
    KEY_REVOKED = "key_revoked", _("key revoked")
    INVITATION_MADE = "invitation_made", _("invitation made")
    INVITATION_REVOKED = "invitation_revoked", _("invitation revoked")
    INVITATION_ACCEPTED = "invitation_accepted", _("invitation accepted")
    ROLE_GIVEN = "role_given", _("role given")
    ROLE_TAKEN = "role_taken", _("role taken")
    RIGHTS_CHANGED = "rights_changed", _("rights changed")
    CUSTOMER_ERASED = "customer_erased", _("customer erased")
    SET_UP_CHANGED = "set_up_changed", _("set-up changed")
    VERSION_PUBLISHED = "version_published", _("version published")
    EXPORTED = "exported", _("exported")
    ENVIRONMENT_SWITCHED = "environment_switched", _("environment switched")


class SecurityEvent(models.Model):
    """Who did what to doors and rights; append-only, kept for a year. Facts hold ids and codes, no names or text."""

    at = models.DateTimeField(_("at"), db_default=models.functions.Now())
    kind = models.CharField(_("what"), max_length=24, choices=SecurityEventKind.choices)
    # The line outlives whom it tells of, and is never edited: no constraint, and nothing set to null.
    actor = models.ForeignKey(
        "helpdesk.Agent", models.DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False
    )
    address = models.GenericIPAddressField(_("from"), null=True)
    facts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("security event")
        verbose_name_plural = _("security events")
        constraints = [
            models.CheckConstraint(
                name="security_event_kind_is_known",
                condition=models.Q(kind__in=SecurityEventKind.values),
            ),
        ]
        indexes = [
            models.Index(name="security_event_by_age", fields=["at"]),
            models.Index(name="security_event_by_kind", fields=["kind", "-id"]),
            models.Index(name="security_event_by_actor", fields=["actor", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.at:%F %T} {self.kind}"


class GuessCount(models.Model):
    """How often somebody has tried a door within a window; whom it counts is kept as a digest alone."""

    whom = models.BinaryField(max_length=32, primary_key=True)
    since = models.DateTimeField()
    count = models.IntegerField()

    class Meta:
        indexes = [models.Index(name="guess_count_by_age", fields=["since"])]

    def __str__(self) -> str:
        return f"{self.count} since {self.since}"
