"""Whether a ticket was ever in a queue is asked of the moves between queues, by an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0022_key_names_are_one_line")]

    operations = [
        migrations.AddIndex(
            model_name="ticketevent",
            index=models.Index(
                name="ticket_event_moves", fields=["recorded_at"], condition=models.Q(kind="queue_changed")
            ),
        ),
    ]
