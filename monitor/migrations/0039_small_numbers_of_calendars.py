from django.db import migrations, models

import monitor.models.calendar


class Migration(migrations.Migration):
    dependencies = [
        ("monitor", "0038_room_for_large_numbers"),
    ]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE monitor_calendarnumber AS integer", "DROP SEQUENCE monitor_calendarnumber"
        ),
        migrations.AddField(
            "calendarversion",
            "number",
            models.IntegerField(db_default=monitor.models.calendar.NextNumber(), editable=False, unique=True),
        ),
    ]
