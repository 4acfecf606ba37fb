from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("helpdesk", "0027_mailboxes")]

    operations = [
        AddIndexConcurrently(
            model_name="customer",
            index=models.Index(fields=["store", "-created_at", "-id"], name="customer_latest_first"),
        ),
    ]
