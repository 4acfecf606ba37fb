from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("monitor", "0039_small_numbers_of_calendars"),
    ]

    operations = [
        migrations.CreateModel(
            name="UncountedTicket",
            fields=[
                ("ticket_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("set_aside_at", models.DateTimeField()),
                ("retry_at", models.DateTimeField()),
                ("last_error", models.CharField(max_length=100)),
            ],
        ),
    ]
