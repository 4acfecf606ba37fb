"""Mails of customers who were erased: known when they come again, and by nothing else."""

from __future__ import annotations

from django.db import models


class ErasedMail(models.Model):
    """A mail that no longer says anything to anybody: only whoever has it, and our key, can tell that it was here."""

    store = models.ForeignKey("helpdesk.Store", on_delete=models.CASCADE, related_name="+", db_index=False)
    digest = models.BinaryField(max_length=32)
    erased_at = models.DateTimeField(db_default=models.functions.Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(name="erased_mail_once_per_store", fields=["store", "digest"]),
        ]
        indexes = [models.Index(name="erased_mail_by_age", fields=["erased_at"])]

    def __str__(self) -> str:
        return f"#{self.pk}"
