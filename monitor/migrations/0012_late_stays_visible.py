"""A clock that is late keeps its due time while it is paused, and the rules of replay have changed.

Whatever is stored was worked out by the rules before: workers recount it all.
"""

from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models
from django.db.models.functions import Now


def ask_for_a_recount(apps, schema_editor):
    """Have everything recounted, where there is anything."""
    if apps.get_model("helpdesk", "Ticket").objects.exists():
        apps.get_model("helpdesk", "Job").objects.create(
            kind="recount", arguments={"everything": True}, asked_at=Now()
        )


class Migration(migrations.Migration):
    dependencies = [("monitor", "0011_what_withdrew_a_flag"), ("helpdesk", "0016_ticket_begun")]

    operations = [
        migrations.RemoveConstraint(model_name="clock", name="clock_paused_has_no_due_time"),
        AddConstraintNotValid(
            model_name="clock",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("paused_at", None), ("due_at", None), ("due_at__lte", models.F("paused_at")), _connector="OR"
                ),
                name="clock_paused_is_due_only_when_late",
            ),
        ),
        ValidateConstraint(model_name="clock", name="clock_paused_is_due_only_when_late"),
        migrations.RunPython(ask_for_a_recount, migrations.RunPython.noop),
    ]
