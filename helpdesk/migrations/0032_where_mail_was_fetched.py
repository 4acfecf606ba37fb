import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0031_mailbox_folders")]

    operations = [
        migrations.AddField(
            model_name="rawmail",
            name="mailbox",
            field=models.ForeignKey(
                db_index=False,
                help_text="where it was fetched; of mail that was brought to us nobody knows",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="helpdesk.mailbox",
            ),
        ),
    ]
