"""When answers fall due is kept with where live tickets stand; by other rules, all figures are made anew."""

from django.db import migrations, models

AS_IT_IS = "ALTER TABLE monitor_rolluplive ALTER COLUMN answers SET STORAGE EXTERNAL;"
"""Instants hardly become shorter by being compressed, and are read each time the board is."""


class Migration(migrations.Migration):
    dependencies = [("monitor", "0034_reported_months")]

    operations = [
        migrations.AddField("rolluplive", "answers", models.BinaryField(db_default=b"")),
        migrations.RunSQL(AS_IT_IS, migrations.RunSQL.noop),
    ]
