"""The index of what waits holds what waits: events set aside have one of their own, which stays small."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0006_event_message_unchecked")]

    operations = [
        migrations.RemoveIndex("ticketevent", "ticket_event_waiting"),
        migrations.AddIndex(
            "ticketevent",
            models.Index(
                name="ticket_event_waiting", fields=["ticket"], condition=Q(relayed_at=None, set_aside_at=None)
            ),
        ),
        migrations.AddIndex(
            "ticketevent",
            models.Index(
                name="ticket_event_set_aside",
                fields=["ticket"],
                condition=Q(relayed_at=None, set_aside_at__isnull=False),
            ),
        ),
    ]
