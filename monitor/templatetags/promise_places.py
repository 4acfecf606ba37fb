"""The pages of promises, under one another's heads: whoever is on one finds the others."""

from __future__ import annotations

from typing import Any, Final

from django import template
from django.template import Context
from django.utils.translation import gettext_lazy as _

from helpdesk.pages.frame.permission import oversees_any

register = template.Library()

PLACES: Final = (
    ("policies", _("Policies")),
    ("calendars", _("Calendars")),
    ("tester", _("Try a ticket")),
    ("trials", _("Dry runs")),
    ("broken", _("Broken promises")),
    ("freezes", _("Freezes")),
    ("months", _("Closed months")),
)
"""In the order in which a promise is made, tried, broken and told of."""


@register.inclusion_tag("monitor/parts/promise_places.html", takes_context=True)
def promise_places(context: Context, within: str = "") -> dict[str, Any]:
    """Lead overseers to each of them; agents, who see their broken promises alone, to none.

    A page below one of them says `within` which it is.
    """
    request = context["request"]
    return {"places": PLACES if oversees_any(request) else (), "within": within, "request": request}
