"""Second opinions in words."""

from __future__ import annotations

from typing import Any

from babel.numbers import format_decimal
from django import template
from django.utils.translation import get_language

from helpdesk.input.cldr_locale import cldr_locale
from monitor.opinion.outcome_words import outcome_words

register = template.Library()


@register.filter
def our_outcome(code: str) -> Any:
    """Say how our count of a ticket came out: "never answered"."""
    return outcome_words(code)


@register.filter
def grouped(number: int) -> str:
    """Write a number with its digits in groups: "12,345"."""
    return format_decimal(number, locale=cldr_locale(get_language()))
