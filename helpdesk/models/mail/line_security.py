"""How a connection to a mail server is kept from others' eyes."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class LineSecurity(models.TextChoices):
    """From the first byte on, from a word after the greeting on, or not at all."""

    TLS = "tls", _("TLS")
    STARTTLS = "starttls", _("STARTTLS")
    NONE = "none", _("none: on your own machine or network only")
