import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import helpdesk.models.store
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('helpdesk', '0040_message_markup'),
    ]

    operations = [
        migrations.CreateModel(
            name='WebhookSubscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('url', models.URLField(max_length=500, verbose_name='address')),
                ('secret', models.CharField(default=helpdesk.models.store.new_webhook_secret, max_length=100, verbose_name='secret')),
                ('kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('ticket.opened', 'a ticket was opened'), ('ticket.status_changed', 'a ticket stands otherwise'), ('message.received', 'a customer wrote'), ('message.sent', 'a reply was sent'), ('message.bounced', 'a reply never arrived'), ('message.noted', 'an internal note, or what a third party wrote')], max_length=25), size=None, verbose_name='kinds')),
                ('agent_names', models.BooleanField(default=False, help_text='Else they are called as the mailbox is.', verbose_name='real names of agents')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='created at')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='webhooks', to='helpdesk.store', verbose_name='store')),
            ],
            options={
                'verbose_name': 'webhook',
                'verbose_name_plural': 'webhooks',
            },
        ),
        migrations.CreateModel(
            name='WebhookFact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sequence', models.IntegerField()),
                ('kind', models.CharField(choices=[('ticket.opened', 'a ticket was opened'), ('ticket.status_changed', 'a ticket stands otherwise'), ('message.received', 'a customer wrote'), ('message.sent', 'a reply was sent'), ('message.bounced', 'a reply never arrived'), ('message.noted', 'an internal note, or what a third party wrote')], max_length=25)),
                ('by', models.CharField(choices=[('customer', 'customer'), ('agent', 'agent'), ('bot', 'bot'), ('system', 'system'), ('third_party', 'third party')], max_length=11)),
                ('was', models.CharField(blank=True, choices=[('new', 'new'), ('open', 'open'), ('pending', 'waiting for the customer'), ('on_hold', 'on hold'), ('resolved', 'resolved'), ('closed', 'closed'), ('merged', 'merged'), ('spam', 'spam'), ('deleted', 'deleted')], max_length=8)),
                ('status', models.CharField(choices=[('new', 'new'), ('open', 'open'), ('pending', 'waiting for the customer'), ('on_hold', 'on hold'), ('resolved', 'resolved'), ('closed', 'closed'), ('merged', 'merged'), ('spam', 'spam'), ('deleted', 'deleted')], max_length=8)),
                ('recorded_at', models.DateTimeField()),
                ('dispatched_at', models.DateTimeField(null=True)),
                ('message', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='helpdesk.message')),
                ('ticket', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='helpdesk.ticket')),
                ('subscription', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='facts', to='helpdesk.webhooksubscription')),
            ],
            options={
                'verbose_name': 'webhook fact',
                'verbose_name_plural': 'webhook facts',
            },
        ),
        migrations.AddConstraint(
            model_name='webhooksubscription',
            constraint=models.CheckConstraint(condition=models.Q(('secret', ''), _negated=True), name='webhook_has_a_secret'),
        ),
        migrations.AddConstraint(
            model_name='webhooksubscription',
            constraint=models.CheckConstraint(condition=models.Q(('kinds__contained_by', ['ticket.opened', 'ticket.status_changed', 'message.received', 'message.sent', 'message.bounced', 'message.noted'])), name='webhook_kinds_are_known'),
        ),
        migrations.AddIndex(
            model_name='webhookfact',
            index=models.Index(condition=models.Q(('dispatched_at', None)), fields=['id'], name='webhook_fact_untold'),
        ),
        migrations.AddIndex(
            model_name='webhookfact',
            index=models.Index(fields=['recorded_at'], name='webhook_fact_by_age'),
        ),
        migrations.AddIndex(
            model_name='webhookfact',
            index=models.Index(fields=['subscription'], name='webhook_fact_of_subscription'),
        ),
        migrations.AddConstraint(
            model_name='webhookfact',
            constraint=models.UniqueConstraint(fields=('ticket', 'subscription', 'sequence'), name='webhook_fact_one_per_sequence'),
        ),
    ]
