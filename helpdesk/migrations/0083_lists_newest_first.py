"""Each filter of the list of tickets gets an index that has its tickets in order, queue by queue and store by store.

While they are built nothing is written to tickets, for some seconds of each million, and everything can be read: what
they replace is dropped by the next migration, since that asks for the table alone.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0082_search_within_queues")]

    operations = [
        migrations.AddIndex(
            "ticket",
            models.Index(fields=["queue", "store", "status", "-occurred_at", "-id"], name="ticket_by_status"),
        ),
        migrations.AddIndex(
            "ticket",
            models.Index(
                fields=["queue", "store", "priority", "-occurred_at", "-id"], name="ticket_by_priority"
            ),
        ),
        migrations.AddIndex(
            "ticket",
            models.Index(
                fields=["assignee", "queue", "store", "-occurred_at", "-id"], name="ticket_by_assignee"
            ),
        ),
        migrations.AddIndex(
            "ticket",
            models.Index(
                fields=["topic", "queue", "-occurred_at", "-id"],
                name="ticket_by_topic_and_queue",
                condition=models.Q(topic__isnull=False),
            ),
        ),
    ]
