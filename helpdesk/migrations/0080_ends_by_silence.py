"""What silence has resolved is found without looking at all that was resolved."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("helpdesk", "0079_order_news")]

    operations = [
        AddIndexConcurrently(
            model_name="ticketevent",
            index=models.Index(
                condition=models.Q(("kind", "resolved"), ("payload__reason", "silence")),
                fields=["ticket"],
                name="ticket_event_silence",
            ),
        ),
    ]
