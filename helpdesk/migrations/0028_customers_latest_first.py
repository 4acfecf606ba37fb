from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0027_mailboxes")]

    operations = [
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(fields=["store", "-created_at", "-id"], name="customer_latest_first"),
        ),
    ]
