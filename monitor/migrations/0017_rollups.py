"""Sums over clocks are kept behind the relay; what is there already a job brings in, once workers run."""

import django.db.models.deletion
from django.db import migrations, models

TABLES = """
    ALTER TABLE monitor_rollupmark SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
    ALTER TABLE monitor_rollupcell SET (
        fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
    ALTER TABLE monitor_rollupshare SET (
        fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
"""
GONE = """
    CREATE FUNCTION mark_gone_tickets() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO monitor_rollupmark (ticket_id) SELECT id FROM gone;
        RETURN NULL;
    END $$;
    CREATE TRIGGER gone_ticket_is_rolled_up AFTER DELETE ON helpdesk_ticket
       REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION mark_gone_tickets();
"""
NOT_GONE = """
    DROP TRIGGER gone_ticket_is_rolled_up ON helpdesk_ticket;
    DROP FUNCTION mark_gone_tickets();
"""


def of_an_edition():
    return models.ForeignKey(
        db_index=False, on_delete=django.db.models.deletion.CASCADE, to="monitor.rollupedition"
    )


def numbered():
    return "id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [("monitor", "0016_names_are_told_apart")]

    operations = [
        migrations.CreateModel("RollupMark", [numbered(), ("ticket_id", models.BigIntegerField())]),
        migrations.CreateModel(
            "RollupEdition",
            [
                numbered(),
                ("zone", models.CharField(max_length=64, verbose_name="time zone")),
                ("rules", models.IntegerField()),
                ("begun_at", models.DateTimeField()),
                ("complete_at", models.DateTimeField(help_text="when every ticket was in it", null=True)),
            ],
            {"verbose_name": "edition of figures", "verbose_name_plural": "editions of figures"},
        ),
        migrations.CreateModel(
            "RollupCell",
            [
                numbered(),
                ("environment", models.CharField(max_length=4)),
                ("queue_id", models.BigIntegerField()),
                ("dimension", models.CharField(blank=True, max_length=8)),
                ("value", models.CharField(blank=True, max_length=50)),
                ("metric", models.CharField(max_length=20, verbose_name="metric")),
                ("day", models.DateField()),
                ("hour", models.SmallIntegerField()),
                ("counts", models.BinaryField()),
                ("edition", of_an_edition()),
            ],
        ),
        migrations.CreateModel(
            "RollupShare",
            [
                numbered(),
                ("ticket_id", models.BigIntegerField()),
                ("share", models.BinaryField()),
                ("edition", of_an_edition()),
            ],
        ),
        migrations.AddConstraint(
            "rollupcell",
            models.UniqueConstraint(
                fields=("edition", "environment", "queue_id", "dimension", "value", "metric", "day", "hour"),
                name="rollup_one_cell",
            ),
        ),
        migrations.AddConstraint(
            "rollupshare",
            models.UniqueConstraint(fields=("edition", "ticket_id"), name="rollup_one_share_per_ticket"),
        ),
        migrations.RunSQL(TABLES, migrations.RunSQL.noop),
        migrations.RunSQL(GONE, NOT_GONE),
    ]
