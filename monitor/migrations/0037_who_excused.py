from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("monitor", "0036_hiding_acts"),
    ]

    operations = [
        migrations.AddField(
            model_name="reportedclock",
            name="excused_by_id",
            field=models.BigIntegerField(help_text="the agent, where somebody did", null=True),
        ),
        migrations.AddField(
            model_name="reportedclock",
            name="freeze_ids",
            field=ArrayField(
                base_field=models.BigIntegerField(),
                help_text="those by which it is excused",
                null=True,
                size=None,
            ),
        ),
    ]
