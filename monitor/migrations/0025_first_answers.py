"""How a first response ended with bots, and in substance, where that is not how it ended itself."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("monitor", "0024_first_resolutions")]

    operations = [
        migrations.AddField(
            "clock",
            "any_at",
            models.DateTimeField(
                help_text="of a first response: when a bot answered before people did", null=True
            ),
        ),
        migrations.AddField("clock", "any_business", models.DurationField(null=True)),
        migrations.AddField(
            "clock",
            "substantive_at",
            models.DateTimeField(
                help_text="of a first response that only held off: when the wait for substance ended",
                null=True,
            ),
        ),
        migrations.AddField("clock", "substantive_business", models.DurationField(null=True)),
        migrations.AddField(
            "clock",
            "substantive_outcome",
            models.CharField(blank=True, help_text="empty while it lasts", max_length=15, null=True),
        ),
        migrations.AlterField(
            "rollupcell", "metric", models.CharField(max_length=30, verbose_name="metric")
        ),
        migrations.AlterField(
            "rollupmix", "metric", models.CharField(max_length=30, verbose_name="metric")
        ),
        migrations.AddIndex(
            "clock",
            models.Index(
                condition=models.Q(("any_at__isnull", False)), fields=["any_at"], name="clock_by_any_answer"
            ),
        ),
        migrations.AddIndex(
            "clock",
            models.Index(
                condition=models.Q(("substantive_outcome__isnull", False)),
                fields=["substantive_at"],
                name="clock_by_substance",
            ),
        ),
    ]
