"""What is wrong with promises and hours, on pages."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from monitor.promises.notices import notices

register = template.Library()


@register.inclusion_tag("monitor/parts/promise_notices.html", takes_context=True)
def promise_notices(context: Context) -> dict[str, Any]:
    """Say it, where there is anything to be said; `now` is the page's."""
    return {"notices": notices(context["now"])}
