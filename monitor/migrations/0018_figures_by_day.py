"""Cells are of days, and tickets that are alike in everything have some too: a job makes all figures anew."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

EMPTIED = "TRUNCATE monitor_rollupedition, monitor_rollupcell, monitor_rollupshare"
SETTLED = """
    ALTER TABLE monitor_rollupmix SET (
        fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
"""
ALIKE = ("queue_id", "store_id", "priority", "channel", "language", "tier", "topic_id")


class Migration(migrations.Migration):
    dependencies = [("monitor", "0017_rollups")]

    operations = [
        migrations.RunSQL(EMPTIED, migrations.RunSQL.noop),
        migrations.AddField(
            "rollupmark",
            "marked_at",
            models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
        migrations.RemoveConstraint("rollupcell", "rollup_one_cell"),
        migrations.RemoveField("rollupcell", "hour"),
        migrations.AddConstraint(
            "rollupcell",
            models.UniqueConstraint(
                fields=("edition", "environment", "queue_id", "dimension", "value", "metric", "day"),
                name="rollup_one_cell",
            ),
        ),
        migrations.CreateModel(
            "RollupMix",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("environment", models.CharField(max_length=4)),
                ("metric", models.CharField(max_length=20, verbose_name="metric")),
                ("day", models.DateField()),
                ("queue_id", models.BigIntegerField()),
                ("store_id", models.BigIntegerField()),
                ("priority", models.CharField(max_length=6)),
                ("channel", models.CharField(max_length=50)),
                ("language", models.CharField(blank=True, max_length=35)),
                ("tier", models.CharField(blank=True, max_length=50)),
                ("topic_id", models.BigIntegerField(help_text="0: none")),
                ("counts", models.BinaryField()),
                (
                    "edition",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="monitor.rollupedition",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            "rollupmix",
            models.UniqueConstraint(
                fields=("edition", "environment", "metric", "day", *ALIKE), name="rollup_one_mix"
            ),
        ),
        migrations.RunSQL(SETTLED, migrations.RunSQL.noop),
    ]
