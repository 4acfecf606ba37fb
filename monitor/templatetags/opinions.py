"""Second opinions in words."""

from __future__ import annotations

from typing import Any

from django import template

from monitor.opinion.outcome_words import outcome_words

register = template.Library()


@register.filter
def our_outcome(code: str) -> Any:
    """Say how our count of a ticket came out: "never answered"."""
    return outcome_words(code)
