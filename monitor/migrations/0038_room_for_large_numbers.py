from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("monitor", "0037_who_excused"),
    ]

    operations = [
        migrations.AlterField("rollupcell", "metric", models.CharField(max_length=60, verbose_name="metric")),
        migrations.AlterField("rollupmix", "metric", models.CharField(max_length=60, verbose_name="metric")),
    ]
