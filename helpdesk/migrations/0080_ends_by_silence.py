"""What silence has resolved is found without looking at all that was resolved."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0079_order_news")]

    operations = [
        migrations.AddIndex(
            model_name="ticketevent",
            index=models.Index(
                condition=models.Q(("kind", "resolved"), ("payload__reason", "silence")),
                fields=["ticket"],
                name="ticket_event_silence",
            ),
        ),
    ]
