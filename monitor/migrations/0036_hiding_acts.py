"""Acts that may hide lateness; and what a freeze excuses is told without reading all that freezes do."""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("helpdesk", "0092_events_that_resort"),
        ("monitor", "0035_answers_due_counted"),
    ]

    operations = [
        migrations.CreateModel(
            name="HidingAct",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "metric",
                    models.CharField(
                        choices=[
                            ("acknowledgement", "acknowledgement"),
                            ("first_response", "first response"),
                            ("next_response", "next response"),
                            ("update", "update"),
                            ("resolution", "resolution"),
                            ("ownership", "ownership"),
                        ],
                        max_length=20,
                        verbose_name="promise",
                    ),
                ),
                ("start_seq", models.IntegerField()),
                ("act", models.CharField(max_length=11)),
                ("seq", models.IntegerField(default=0)),
                ("changed_at", models.DateTimeField(null=True)),
                ("due_before_at", models.DateTimeField(null=True)),
                ("due_since_at", models.DateTimeField(null=True)),
                ("left", models.DurationField(null=True)),
                (
                    "ticket",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="helpdesk.ticket",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["act", "ticket"], name="hiding_act_by_ticket")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("ticket", "metric", "start_seq", "act", "seq"), name="hiding_act_once"
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="frozenclock",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["freeze_ids"], name="frozen_clock_by_freeze"
            ),
        ),
    ]
