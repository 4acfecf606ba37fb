"""How to make the first admin, on the page where somebody looks for a way in."""

from __future__ import annotations

from typing import Any

from django import template

from helpdesk.access import first_admin as access

register = template.Library()


@register.inclusion_tag("helpdesk/parts/first_admin.html")
def first_admin() -> dict[str, Any]:
    """Say it while there is none."""
    return {"missing": access.is_missing(), "command": access.COMMAND, "under_dev": access.UNDER_DEV}
