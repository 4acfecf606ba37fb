"""Mailboxes that are signed in to by consent, and what their providers gave."""

import django.db.models.deletion
import helpdesk.secrets.sealed_field
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("helpdesk", "0037_sent_mail"),
    ]

    operations = [
        migrations.CreateModel(
            name='MailboxConsent',
            fields=[
                ('mailbox', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='consent', serialize=False, to='helpdesk.mailbox')),
                ('provider', models.CharField(choices=[('password', 'a login and a password'), ('google', 'Google, by consent'), ('microsoft', 'Microsoft 365, by consent')], max_length=9)),
                ('account', models.CharField(max_length=320, verbose_name='account')),
                ('given_at', models.DateTimeField(verbose_name='given at')),
                ('access_token', helpdesk.secrets.sealed_field.SealedField(blank=True, default='', editable=False)),
                ('access_until', models.DateTimeField(help_text='when the access token ends')),
                ('refresh_token', helpdesk.secrets.sealed_field.SealedField(blank=True, default='', editable=False)),
                ('refused_at', models.DateTimeField(help_text='when the provider took it for good no more', null=True)),
                ('said', models.CharField(blank=True, help_text='what the provider said then', max_length=500)),
            ],
            options={
                'verbose_name': 'consent',
                'verbose_name_plural': 'consents',
            },
        ),
        migrations.AddField(
            model_name='mailbox',
            name='signs_in_by',
            field=models.CharField(choices=[('password', 'a login and a password'), ('google', 'Google, by consent'), ('microsoft', 'Microsoft 365, by consent')], db_default='password', default='password', max_length=9, verbose_name='signs in by'),
        ),
        migrations.AddConstraint(
            model_name='mailbox',
            constraint=models.CheckConstraint(condition=models.Q(('signs_in_by__in', ['password', 'google', 'microsoft'])), name='mailbox_sign_in_is_known'),
        ),
        migrations.AddField(
            model_name='mailboxconsent',
            name='given_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='mailboxconsent',
            constraint=models.CheckConstraint(condition=models.Q(('provider__in', ['google', 'microsoft'])), name='mailbox_consent_is_of_a_provider'),
        ),
        migrations.AddConstraint(
            model_name='mailboxconsent',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('refused_at', None), ('said', '')), models.Q(('refused_at__isnull', False), models.Q(('said', ''), _negated=True)), _connector='OR'), name='mailbox_consent_that_is_refused_says_why'),
        ),
        migrations.AddConstraint(
            model_name='mailboxconsent',
            constraint=models.CheckConstraint(condition=models.Q(('access_token__regex', '^(gAAAA[\\w=-]+)?$'), ('refresh_token__regex', '^(gAAAA[\\w=-]+)?$')), name='mailboxconsent_secrets_are_closed'),
        ),
    ]
