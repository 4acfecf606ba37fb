"""By what a ticket is found, and up to when that is written."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models

PENDING: Final = 1024
"""Kilobytes of new words that wait to be sorted into an index: each question looks through them."""


class SearchRow(models.Model):
    """The words of one ticket, written behind it from what its stamp says; a cached line of what was said."""

    ticket = models.OneToOneField(
        "helpdesk.Ticket", on_delete=models.CASCADE, primary_key=True, related_name="search_row"
    )
    stamp: models.DateTimeField[Any, Any] = models.DateTimeField(
        help_text="the ticket's `updated_at` that it tells of"
    )
    asked_at: models.DateTimeField[Any, Any] = models.DateTimeField()
    heads = SearchVectorField(help_text="the words of its subject, names and ids")
    words = SearchVectorField(help_text="all words, and what it is narrowed by")
    head = models.TextField(help_text="subject, names and ids, folded, to look for parts of words in")
    is_cut = models.BooleanField(default=False, help_text="more was said than is found")

    class Meta:
        indexes = [
            GinIndex(fields=["words"], name="search_row_by_word", gin_pending_list_limit=PENDING),
            GinIndex(
                OpClass("head", name="gin_trgm_ops"),
                name="search_row_by_part_of_head",
                gin_pending_list_limit=PENDING,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}"


class SearchProgress(models.Model):
    """Up to which change the tickets of a store can be found."""

    store = models.OneToOneField(
        "helpdesk.Store", on_delete=models.CASCADE, primary_key=True, related_name="search_progress"
    )
    until: models.DateTimeField[Any, Any] = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.store_id} {self.until}"
