from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0050_held_replies")]

    operations = [
        migrations.AddIndex(
            model_name="mailedreply",
            index=models.Index(fields=["leaving_since"], name="mailed_reply_by_age"),
        ),
    ]
