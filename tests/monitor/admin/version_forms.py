"""Forms for another version in Django's admin: what they begin with, and what is said of them."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from monitor.models import Calendar, Policy


def begun(boss: Client, kind: str, owner: Any) -> dict[str, Any]:
    """Return what the form for another version begins with."""
    page = boss.get(reverse(f"admin:monitor_{kind}version_add"), {kind: owner.pk})
    form = page.context["adminform"].form
    begun = {
        name: field.prepare_value(form.get_initial_for_field(field, name))
        for name, field in form.fields.items()
    }
    return {name: value for name, value in begun.items() if value not in (None, False)}


def publish(boss: Client, kind: str, form: dict[str, Any]) -> Any:
    return boss.post(reverse(f"admin:monitor_{kind}version_add"), form)


def doubts(answer: Any) -> list[str]:
    """Return what is said beside the rules or hours, of a form that was not accepted."""
    assert answer.status_code == 200
    form = answer.context["adminform"].form
    return list(form.errors[form.doubted])


def meant(answer: Any) -> str:
    [(key, _words)] = answer.context["adminform"].form.fields["meant"].widget.choices
    return str(key)


def a_policy(boss: Client, name: str, rules: dict[str, Any], position: int = 1) -> dict[str, Any]:
    calendar = Calendar.objects.get(name="24×7")
    return {
        "policy": Policy.objects.get_or_create(name=name)[0].pk,
        "position": position,
        "scope": "new",
        "calendar": calendar.pk,
        "rules": json.dumps(rules),
    }


EVERYTHING = {
    name: {"seconds": 60} for name in ("acknowledgement", "first_response", "next_response", "resolution")
}


def plain(answer: Any) -> str:
    """Return the words of a page."""
    return " ".join(strip_tags(answer.content.decode()).split())
