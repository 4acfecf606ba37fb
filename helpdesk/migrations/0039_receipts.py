"""Receipts, and whether a mailbox sends them."""


import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('helpdesk', '0038_consents'),
    ]

    operations = [
        migrations.AddField(
            model_name='mailbox',
            name='receipt_openings',
            field=models.JSONField(db_default=models.Value({}, output_field=models.JSONField()), default=dict, editable=False, help_text='how receipts begin, by language; else as we begin them'),
        ),
        migrations.AddField(
            model_name='mailbox',
            name='receipts_since',
            field=models.DateTimeField(editable=False, help_text='since when receipts leave by it; null until somebody has seen what they say', null=True),
        ),
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('message', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='receipt', serialize=False, to='helpdesk.message')),
                ('language', models.CharField(max_length=35, verbose_name='language')),
                ('promised_at', models.DateTimeField(help_text='by when it says that a person answers; null where it names no time', null=True)),
                ('written_at', models.DateTimeField(verbose_name='written at')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='helpdesk.customer')),
                ('ticket', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='receipt', to='helpdesk.ticket')),
            ],
            options={
                'verbose_name': 'receipt',
                'verbose_name_plural': 'receipts',
            },
        ),
    ]
