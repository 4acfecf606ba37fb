from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0015_event_retries")]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="begun",
            field=models.BooleanField(
                db_default=True,
                default=True,
                help_text="somebody asked, or heard from us: what bounced began nothing",
            ),
        ),
    ]
