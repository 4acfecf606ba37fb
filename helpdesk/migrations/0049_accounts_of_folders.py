from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('helpdesk', "0048_attachment_scans"),
    ]

    operations = [
        migrations.AddField(
            model_name='mailboxfolder',
            name='account',
            field=models.CharField(db_default='', default='', help_text='on whose server and as whom it was read; elsewhere UIDs mean others', max_length=600),
        ),
    ]
