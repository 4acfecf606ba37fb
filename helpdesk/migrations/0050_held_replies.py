import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('helpdesk', '0049_accounts_of_folders'),
    ]

    operations = [
        migrations.CreateModel(
            name='HeldReply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('body', models.TextField()),
                ('then', models.CharField(max_length=9)),
                ('cc', models.JSONField(default=list, help_text='pairs of an address and a name')),
                ('files', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('external_id', models.CharField(max_length=200)),
                ('sent_at', models.DateTimeField(help_text='when Send was pressed')),
                ('leaves_at', models.DateTimeField()),
                ('refused_at', models.DateTimeField(null=True)),
                ('why', models.CharField(blank=True, max_length=500)),
                ('author', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='held_replies', to=settings.AUTH_USER_MODEL)),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='held_replies', to='helpdesk.ticket')),
            ],
            options={
                'verbose_name': 'held reply',
                'verbose_name_plural': 'held replies',
                'indexes': [models.Index(condition=models.Q(('refused_at', None)), fields=['leaves_at'], name='held_reply_to_let_go')],
                'constraints': [models.UniqueConstraint(fields=('ticket', 'external_id'), name='held_reply_once')],
            },
        ),
    ]
