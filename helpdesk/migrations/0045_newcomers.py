from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0044_attachment_previews")]

    operations = [
        migrations.AddField(
            model_name="messageparty",
            name="is_new",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="had no part in the ticket before a reply went to them",
            ),
        ),
    ]
