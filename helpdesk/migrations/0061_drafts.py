import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('helpdesk', '0060_trigrams_and_words_by_queue'),
    ]

    operations = [
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('composer', 'reply or note'), ('elsewhere', 'answer given elsewhere'), ('inquiry', 'question to somebody outside'), ('outside', 'answer to a third party'), ('new_ticket', 'new conversation')], max_length=10)),
                ('body', models.TextField(verbose_name='text')),
                ('fields', models.JSONField(default=dict, help_text='lists of what stood in each other field, by its name')),
                ('token', models.UUIDField(help_text='under which it will be sent')),
                ('version', models.PositiveIntegerField(default=1)),
                ('page', models.UUIDField(help_text='the page that saved it, as opened once in one tab')),
                ('nth', models.PositiveIntegerField(help_text='the how manieth time that page saved')),
                ('begun_at', models.DateTimeField()),
                ('saved_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'draft',
                'verbose_name_plural': 'drafts',
            },
        ),
        migrations.RemoveIndex(
            model_name='attachment',
            name='attachment_loose',
        ),
        migrations.AddField(
            model_name='draft',
            name='answers',
            field=models.ForeignKey(db_index=False, help_text="the third party's message that it is for", null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='helpdesk.message'),
        ),
        migrations.AddField(
            model_name='draft',
            name='author',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='drafts', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='draft',
            name='ticket',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to='helpdesk.ticket'),
        ),
        migrations.AddField(
            model_name='attachment',
            name='draft',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='files', to='helpdesk.draft'),
        ),
        migrations.AddIndex(
            model_name='attachment',
            index=models.Index(condition=models.Q(('draft', None), ('message', None)), fields=['given_at'], name='attachment_unwanted'),
        ),
        migrations.AddIndex(
            model_name='attachment',
            index=models.Index(condition=models.Q(('draft__isnull', False)), fields=['draft'], name='attachment_of_draft'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.CheckConstraint(condition=models.Q(('message', None), ('draft', None), _connector='OR'), name='attachment_on_a_message_is_in_no_draft'),
        ),
        migrations.AddIndex(
            model_name='draft',
            index=models.Index(fields=['saved_at'], name='draft_by_age'),
        ),
        migrations.AddIndex(
            model_name='draft',
            index=models.Index(condition=models.Q(('answers__isnull', False)), fields=['answers'], name='draft_answers'),
        ),
        migrations.AddConstraint(
            model_name='draft',
            constraint=models.UniqueConstraint(fields=('author', 'ticket', 'kind', 'answers'), name='draft_one_at_a_place', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='draft',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['composer', 'elsewhere', 'inquiry', 'outside', 'new_ticket'])), name='draft_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='draft',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'new_ticket'), ('ticket', None)), models.Q(models.Q(('kind', 'new_ticket'), _negated=True), ('ticket__isnull', False)), _connector='OR'), name='draft_has_a_ticket_unless_it_begins_one'),
        ),
        migrations.AddConstraint(
            model_name='draft',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'outside'), ('answers__isnull', False)), models.Q(models.Q(('kind', 'outside'), _negated=True), ('answers', None)), _connector='OR'), name='draft_to_a_third_party_says_to_which'),
        ),
    ]
