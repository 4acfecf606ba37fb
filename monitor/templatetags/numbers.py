"""Counts as the reader's language writes them."""

from __future__ import annotations

from babel.numbers import format_decimal
from django import template
from django.utils.translation import get_language

from helpdesk.input.cldr_locale import cldr_locale

register = template.Library()


@register.filter
def grouped(number: int) -> str:
    """Write a number with its digits in groups: "12,345"."""
    return format_decimal(number, locale=cldr_locale(get_language()))
