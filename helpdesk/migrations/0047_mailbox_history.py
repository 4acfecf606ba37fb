import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('helpdesk', "0046_customers_change"),
    ]

    operations = [
        migrations.AddField(
            model_name='rawmail',
            name='arrived_at',
            field=models.DateTimeField(help_text='of history: when its server received it', null=True),
        ),
        migrations.CreateModel(
            name='MailboxHistory',
            fields=[
                ('job', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='mailbox_history', serialize=False, to='helpdesk.job')),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField(help_text='when it was first looked at', null=True)),
                ('reached_at', models.DateTimeField(null=True)),
                ('found', models.PositiveIntegerField(null=True)),
                ('fetched', models.PositiveIntegerField(default=0)),
                ('fetched_at', models.DateTimeField(help_text='when all was here', null=True)),
                ('mailbox', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='histories', to='helpdesk.mailbox')),
            ],
        ),
        migrations.AddField(
            model_name='rawmail',
            name='history',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='mails', to='helpdesk.mailboxhistory'),
        ),
        migrations.AddIndex(
            model_name='rawmail',
            index=models.Index(condition=models.Q(('history__isnull', False)), fields=['history', 'id'], name='raw_mail_of_history'),
        ),
        migrations.AddConstraint(
            model_name='mailboxhistory',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('found', None), ('until', None)), models.Q(('found__isnull', False), ('until__isnull', False)), _connector='OR'), name='mailbox_history_is_found_once_looked_at'),
        ),
    ]
