"""Where this database is: found elsewhere, it is a copy."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0017_what_strangers_send")]

    operations = [
        migrations.CreateModel(
            name="DatabaseHome",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("place", models.CharField(max_length=100)),
                ("held_since", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "home of the database",
                "verbose_name_plural": "home of the database",
                "constraints": [models.CheckConstraint(name="database_home_is_one", condition=Q(id=1))],
            },
        ),
    ]
