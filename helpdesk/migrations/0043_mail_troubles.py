import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('helpdesk', '0042_blocked_senders'),
    ]

    operations = [
        migrations.CreateModel(
            name='MailTrouble',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('unread', 'mail does not come in'), ('leaving', 'answers do not leave')], max_length=7)),
                ('since', models.DateTimeField(verbose_name='since')),
                ('over_at', models.DateTimeField(null=True, verbose_name='over at')),
                ('tell_at', models.DateTimeField(null=True)),
                ('mailbox', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='troubles', to='helpdesk.mailbox')),
            ],
            options={
                'verbose_name': 'trouble with mail',
                'verbose_name_plural': 'troubles with mail',
                'indexes': [models.Index(condition=models.Q(('tell_at__isnull', False)), fields=['tell_at'], name='mail_trouble_to_tell')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('over_at', None)), fields=('mailbox', 'kind'), name='mail_trouble_one_of_a_kind_at_a_time')],
            },
        ),
    ]
