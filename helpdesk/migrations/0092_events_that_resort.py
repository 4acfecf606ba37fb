"""Which tickets were ever given another priority or queue, told without reading their events."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("helpdesk", "0091_one_job_of_a_subject"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="ticketevent",
            index=models.Index(
                condition=models.Q(("kind__in", ["priority_changed", "queue_changed"])),
                fields=["ticket"],
                name="ticket_event_resorted",
            ),
        ),
    ]
