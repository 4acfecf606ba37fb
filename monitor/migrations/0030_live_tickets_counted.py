"""Where live tickets stand is counted by whoever folds figures; by other rules, they are all made anew."""

import django.db.models.deletion
from django.db import migrations, models

AS_IT_IS = """
    ALTER TABLE monitor_rolluplive
        ALTER COLUMN late SET STORAGE EXTERNAL, ALTER COLUMN waiting SET STORAGE EXTERNAL,
        ALTER COLUMN due SET STORAGE EXTERNAL,
        ALTER COLUMN risk_from SET STORAGE EXTERNAL, ALTER COLUMN risk_until SET STORAGE EXTERNAL,
        ALTER COLUMN soon_from SET STORAGE EXTERNAL, ALTER COLUMN soon_until SET STORAGE EXTERNAL;
    ALTER TABLE monitor_rolluplive SET (
        fillfactor = 80, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200,
        toast.autovacuum_vacuum_scale_factor = 0.2);
"""
"""Instants hardly become shorter by being compressed, and are read each time the board is."""


class Migration(migrations.Migration):
    dependencies = [("monitor", "0029_opinion_vendors")]

    operations = [
        migrations.CreateModel(
            "RollupLive",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("environment", models.CharField(max_length=4)),
                ("queue_id", models.BigIntegerField()),
                ("store_id", models.BigIntegerField()),
                ("assignee_id", models.BigIntegerField()),
                ("live", models.IntegerField()),
                ("unacknowledged", models.IntegerField()),
                ("late", models.BinaryField()),
                ("waiting", models.BinaryField()),
                ("due", models.BinaryField()),
                ("risk_from", models.BinaryField()),
                ("risk_until", models.BinaryField()),
                ("soon_from", models.BinaryField()),
                ("soon_until", models.BinaryField()),
                (
                    "edition",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, to="monitor.rollupedition"
                    ),
                ),
            ],
            {
                "constraints": [
                    models.UniqueConstraint(
                        fields=("edition", "environment", "queue_id", "store_id", "assignee_id"),
                        name="rollup_one_live_place",
                    )
                ]
            },
        ),
        migrations.RunSQL(AS_IT_IS, migrations.RunSQL.noop),
    ]
