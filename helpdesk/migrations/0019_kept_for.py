"""Deliveries that are over are found by their age, to be forgotten."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0018_database_home")]

    operations = [
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(name="delivery_over", fields=["opened_at"], condition=Q(due_at=None)),
        ),
    ]
