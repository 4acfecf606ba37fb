from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("monitor", "0030_live_tickets_counted"),
    ]

    operations = [
        migrations.AddField(
            model_name="calendarversion",
            name="why",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=500, verbose_name="reason"
            ),
        ),
        migrations.AddField(
            model_name="policyversion",
            name="why",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=500, verbose_name="reason"
            ),
        ),
    ]
