"""Counts as the reader's language writes them."""

from __future__ import annotations

from django import template

from helpdesk.input import digit_groups

register = template.Library()

register.filter(digit_groups.grouped)
