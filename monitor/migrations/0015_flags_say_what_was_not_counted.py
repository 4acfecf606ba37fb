"""A flag that is raised while something on its ticket waits to be counted says since when."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("monitor", "0014_names_are_one_line")]

    operations = [
        migrations.AddField(
            "flag",
            "uncounted_since",
            models.DateTimeField(
                null=True,
                help_text="since when an event of its ticket was waiting to be counted as it was raised",
            ),
        ),
    ]
