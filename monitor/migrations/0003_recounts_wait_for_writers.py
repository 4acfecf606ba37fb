"""A recount begins when everybody is done who may not know the version that it was asked for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("monitor", "0002_for_ever")]

    operations = [
        migrations.AddField(
            model_name="recounting",
            name="barrier",
            field=models.BigIntegerField(
                help_text="begins when all transactions before this one are over", null=True
            ),
        ),
    ]
