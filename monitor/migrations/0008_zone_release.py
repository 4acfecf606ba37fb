"""Which zone data clocks were counted with is a row."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("monitor", "0007_flags_settled")]

    operations = [
        migrations.CreateModel(
            name="ZoneRelease",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("release", models.CharField(max_length=30, verbose_name="release")),
                ("since", models.DateTimeField(verbose_name="since")),
            ],
            options={"verbose_name": "zone data", "verbose_name_plural": "zone data"},
        ),
    ]
