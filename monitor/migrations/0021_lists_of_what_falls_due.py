"""What falls due in some time, and what was answered or resolved on a day, are found by index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("monitor", "0020_objectives")]

    operations = [
        migrations.AddIndex(
            "clock",
            models.Index(
                condition=models.Q(("breach_at__isnull", False), ("ended_at", None), ("superseded_at", None)),
                fields=["metric", "breach_at"],
                name="clock_falls_due",
            ),
        ),
        migrations.AddIndex(
            "clock",
            models.Index(
                condition=models.Q(
                    ("ended_at__isnull", False),
                    ("metric__in", ["first_response", "next_response", "resolution"]),
                ),
                fields=["metric", "ended_at"],
                name="clock_by_end",
            ),
        ),
    ]
