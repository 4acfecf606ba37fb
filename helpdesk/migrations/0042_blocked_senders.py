"""Blocked senders, and the mail that they stopped."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('helpdesk', '0041_webhooks'),
    ]

    operations = [
        migrations.CreateModel(
            name='SenderBlock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sender', models.CharField(help_text='an address in lower case, or a domain', max_length=640, verbose_name='sender')),
                ('blocked_at', models.DateTimeField(verbose_name='blocked at')),
                ('until', models.DateTimeField(null=True, verbose_name='until')),
                ('lifted_at', models.DateTimeField(null=True, verbose_name='lifted at')),
                ('stopped', models.PositiveIntegerField(default=0, verbose_name='mails that it stopped')),
            ],
            options={
                'verbose_name': 'blocked sender',
                'verbose_name_plural': 'blocked senders',
            },
        ),
        migrations.RemoveConstraint(
            model_name='rawmail',
            name='raw_mail_outcome_is_known',
        ),
        migrations.AlterField(
            model_name='rawmail',
            name='detail',
            field=models.CharField(blank=True, help_text='what went wrong, in its own words; of blocked mail its subject', max_length=500),
        ),
        migrations.AlterField(
            model_name='rawmail',
            name='outcome',
            field=models.CharField(blank=True, choices=[('opened', 'opened a ticket'), ('joined', 'joined a ticket'), ('automatic', 'sent by a machine'), ('bounce', 'a delivery report'), ('passed', 'passed over'), ('set_aside', 'set aside'), ('blocked', 'stopped: its sender is blocked')], max_length=9, verbose_name='what became of it'),
        ),
        migrations.AddField(
            model_name='senderblock',
            name='blocked_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='senderblock',
            name='store',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='helpdesk.store'),
        ),
        migrations.AddField(
            model_name='senderblock',
            name='ticket',
            field=models.ForeignKey(help_text='the spam for which it was blocked', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='sender_blocks', to='helpdesk.ticket'),
        ),
        migrations.AddField(
            model_name='rawmail',
            name='block',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='mails', to='helpdesk.senderblock'),
        ),
        migrations.AddIndex(
            model_name='rawmail',
            index=models.Index(condition=models.Q(('block__isnull', False)), fields=['block', '-id'], name='raw_mail_blocked'),
        ),
        migrations.AddIndex(
            model_name='rawmail',
            index=models.Index(condition=models.Q(('outcome', 'blocked')), fields=['received_at'], name='raw_mail_blocked_by_age'),
        ),
        migrations.AddConstraint(
            model_name='rawmail',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['', 'opened', 'joined', 'automatic', 'bounce', 'passed', 'set_aside', 'blocked'])), name='raw_mail_outcome_is_known'),
        ),
        migrations.AddConstraint(
            model_name='senderblock',
            constraint=models.UniqueConstraint(condition=models.Q(('lifted_at', None)), fields=('store', 'sender'), name='sender_block_once_per_store'),
        ),
        migrations.AddConstraint(
            model_name='senderblock',
            constraint=models.CheckConstraint(condition=models.Q(('sender__contains', '@')), name='sender_block_names_somebody'),
        ),
    ]
