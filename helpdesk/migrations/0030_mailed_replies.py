"""Replies that leave by mail, and how far each has come."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('helpdesk', '0029_raw_mail'),
    ]

    operations = [
        migrations.CreateModel(
            name='MailedReply',
            fields=[
                ('message', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='mailed', serialize=False, to='helpdesk.message')),
                ('leaving_since', models.DateTimeField(verbose_name='leaving since')),
                ('delayed_at', models.DateTimeField(help_text='when its clocks were told that it takes long', null=True)),
                ('left_at', models.DateTimeField(null=True, verbose_name='left at')),
                ('refused_at', models.DateTimeField(null=True, verbose_name='refused at')),
                ('said', models.CharField(blank=True, default='', max_length=500, verbose_name='what was said of it')),
                ('mailbox', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='helpdesk.mailbox')),
            ],
            options={
                'verbose_name': 'mailed reply',
                'verbose_name_plural': 'mailed replies',
                'indexes': [models.Index(condition=models.Q(('left_at', None), ('refused_at', None)), fields=['leaving_since'], name='mailed_reply_leaving')],
                'constraints': [models.CheckConstraint(condition=models.Q(('left_at', None), ('refused_at', None), _connector='OR'), name='mailed_reply_left_or_was_refused')],
            },
        ),
    ]
