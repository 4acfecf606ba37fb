"""Lists by channel, tier and language are read from the index of priorities; by who waits since when, from their own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0084_lists_by_time_alone")]

    operations = [
        migrations.RemoveIndex("ticket", "ticket_by_priority"),
        migrations.AddIndex(
            "ticket",
            models.Index(
                fields=["queue", "store", "priority", "-occurred_at", "-id"],
                include=["channel", "tier", "language"],
                name="ticket_by_priority",
            ),
        ),
        migrations.AddIndex(
            "ticket",
            models.Index(
                condition=models.Q(("waiting_since__isnull", False)),
                fields=["waiting_since", "id"],
                name="ticket_waiting",
            ),
        ),
    ]
