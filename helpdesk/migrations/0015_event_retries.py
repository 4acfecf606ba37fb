"""A ticket whose events cannot be relayed is tried again ever later."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0014_delivery_outcomes")]

    operations = [
        migrations.AddField(
            model_name="ticketevent",
            name="retry_at",
            field=models.DateTimeField(help_text="its ticket is left alone until then", null=True),
        ),
    ]
