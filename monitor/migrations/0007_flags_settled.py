"""A flag knows by itself that its clock has ended, so that an index holds those that are open; news of new dates."""

from django.db import migrations, models
from django.db.models import Q

COPY = """
    UPDATE monitor_flag flag SET settled_at = clock.ended_at
      FROM monitor_clock clock
     WHERE clock.id = flag.clock_id AND clock.ended_at IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("monitor", "0006_standing_by_turn")]

    operations = [
        migrations.AddField(
            "flag",
            "settled_at",
            models.DateTimeField(help_text="when its clock ended, a copy to be found by", null=True),
        ),
        migrations.RunSQL(COPY, migrations.RunSQL.noop),
        migrations.AddIndex(
            "flag",
            models.Index(
                name="flag_open_by_store",
                fields=["store", "-noticed_at", "-id"],
                condition=Q(withdrawn_at=None, acknowledged_at=None, settled_at=None),
            ),
        ),
        migrations.AlterField(
            "news",
            "change",
            models.CharField(
                choices=[
                    ("raised", "raised"),
                    ("withdrawn", "withdrawn"),
                    ("acknowledged", "in hand"),
                    ("restated", "dated anew"),
                ],
                max_length=12,
            ),
        ),
    ]
