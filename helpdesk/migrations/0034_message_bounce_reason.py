from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0033_message_parties")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="bounce_reason",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="in a server's words, which may repeat addresses",
                max_length=500,
                verbose_name="why it bounced",
            ),
        ),
    ]
