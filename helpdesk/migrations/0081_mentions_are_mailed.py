"""Who was mentioned and has not looked is mailed, if they wish; those of before are not."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0080_ends_by_silence")]

    operations = [
        migrations.AddField(
            model_name="agent",
            name="mails_mentions",
            field=models.BooleanField(db_default=True, default=True, help_text='Once, if you have not looked within some minutes.', verbose_name='mail where a note mentions me'),
        ),
        migrations.AddField(
            model_name="mention",
            name="mail_at",
            field=models.DateTimeField(help_text='when they are mailed unless they have read it', null=True),
        ),
        migrations.AddIndex(
            model_name="mention",
            index=models.Index(condition=models.Q(("mail_at__isnull", False)), fields=["mail_at"], name="mention_to_mail"),
        ),
    ]
