"""A place in the queue holds an instant for each question; a recount of live tickets fills them in."""

from django.db import migrations, models

import monitor.models.stretches

OLD_INDEXES = ("standing_by_queue", "standing_by_assignee_of_queue")


def by_turn(name, *keys):
    """Return an index of the queue's order within these keys."""
    order = (models.F("turn_at").asc(nulls_last=True), models.F("rank").desc(), models.F("opened_at"), models.F("ticket"))
    return models.Index(*map(models.F, keys), *order, name=name)


def ask_for_a_recount(apps, schema_editor):
    """Have the places that are there worked out by the rules of now, where there are any."""
    if apps.get_model("monitor", "Standing").objects.exists():
        clock_timestamp = models.Func(function="clock_timestamp", output_field=models.DateTimeField())
        apps.get_model("helpdesk", "Job").objects.create(
            kind="recount", arguments={"everything": False}, asked_at=clock_timestamp
        )


class Migration(migrations.Migration):
    dependencies = [("monitor", "0005_folds"), ("helpdesk", "0006_event_message_unchecked")]

    operations = [
        *(migrations.RemoveIndex(model_name="standing", name=name) for name in OLD_INDEXES),
        migrations.RenameField("standing", "next_due_at", "turn_at"),
        migrations.RemoveField("standing", "next_metric"),
        migrations.RemoveField("standing", "next_risk_at"),
        migrations.AlterField(
            "standing",
            "turn_at",
            models.DateTimeField(help_text="its place: `waiting_due_at`, else `due_at`", null=True),
        ),
        migrations.AddField(
            "standing",
            "waiting_due_at",
            models.DateTimeField(help_text="when a person must have said something", null=True),
        ),
        migrations.AddField(
            "standing",
            "due_at",
            models.DateTimeField(help_text="when the first of its other promises is due", null=True),
        ),
        migrations.AddField(
            "standing",
            "late_at",
            models.DateTimeField(help_text="the first breach of what has not ended, paused too", null=True),
        ),
        migrations.AddField(
            "standing",
            "risky",
            monitor.models.stretches.StretchesField(
                help_text="from the warning of a promise to its breach", null=True
            ),
        ),
        migrations.AddField(
            "standing",
            "nearly_due",
            monitor.models.stretches.StretchesField(
                help_text="the quarter of an hour before a promise is due", null=True
            ),
        ),
        migrations.AddIndex("standing", by_turn(OLD_INDEXES[0], "environment", "queue")),
        migrations.AddIndex("standing", by_turn(OLD_INDEXES[1], "environment", "queue", "assignee")),
        migrations.RunPython(ask_for_a_recount, migrations.RunPython.noop),
    ]
