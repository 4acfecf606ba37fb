"""Long tickets keep a fold of their first events; and ended clocks that are still to ring are found by ticket."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("monitor", "0004_recount_is_a_job"), ("helpdesk", "0006_event_message_unchecked")]

    operations = [
        migrations.CreateModel(
            name="KeptFold",
            fields=[
                (
                    "ticket",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="kept_fold",
                        serialize=False,
                        to="helpdesk.ticket",
                    ),
                ),
                ("last_seq", models.IntegerField()),
                ("checkpoint", models.JSONField(help_text="a checkpoint of monitor/clock/checkpoint.py")),
            ],
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(
                name="clock_ended_to_ring",
                fields=["ticket"],
                condition=Q(ended_at__isnull=False, rings_at__isnull=False),
            ),
        ),
    ]
