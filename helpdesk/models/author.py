"""Who it was that said or did something."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Author(models.TextChoices):
    """Whose word a message is, and whose act an event."""

    CUSTOMER = "customer", _("customer")
    AGENT = "agent", _("agent")
    BOT = "bot", _("bot")
    SYSTEM = "system", _("system")
    THIRD_PARTY = "third_party", _("third party")
