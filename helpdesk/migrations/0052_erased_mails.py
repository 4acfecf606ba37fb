import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('helpdesk', "0051_mailed_replies_by_age"),
    ]

    operations = [
        migrations.CreateModel(
            name='ErasedMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.BinaryField(max_length=32)),
                ('erased_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='rawmail',
            name='raw_mail_reason_is_known',
        ),
        migrations.AlterField(
            model_name='rawmail',
            name='reason',
            field=models.CharField(blank=True, choices=[('unreadable', 'It could not be read.'), ('broken_off', 'Reading it was broken off each time.'), ('nobody', 'It names nobody who could be answered.'), ('too_many', 'There was too much mail from this address within an hour.'), ('known', 'The same message had come before.'), ('third_party', "Somebody else wrote into a customer's conversation."), ('follow_up', 'Its ticket had ended: this one follows it.'), ('no_ticket', 'It belongs to no ticket.'), ('may_arrive', 'What it tells of may still arrive.'), ('taken_back', 'The reply that it tells of never arrived.'), ('outside', 'Somebody answered outside Attend.'), ('to_others', 'It was sent to somebody else than the customer.'), ('earlier', 'It was sent before what opened its ticket.'), ('ended', 'Its ticket had ended.'), ('erased', 'Its customer has been erased.'), ('not_ours', 'It lay in the folder of what was sent, and somebody else wrote it.')], max_length=11, verbose_name='why'),
        ),
        migrations.AddConstraint(
            model_name='rawmail',
            constraint=models.CheckConstraint(condition=models.Q(('reason__in', ['', 'unreadable', 'broken_off', 'nobody', 'too_many', 'known', 'third_party', 'follow_up', 'no_ticket', 'may_arrive', 'taken_back', 'outside', 'to_others', 'earlier', 'ended', 'erased', 'not_ours'])), name='raw_mail_reason_is_known'),
        ),
        migrations.AddField(
            model_name='erasedmail',
            name='store',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='helpdesk.store'),
        ),
        migrations.AddIndex(
            model_name='erasedmail',
            index=models.Index(fields=['erased_at'], name='erased_mail_by_age'),
        ),
        migrations.AddConstraint(
            model_name='erasedmail',
            constraint=models.UniqueConstraint(fields=('store', 'digest'), name='erased_mail_once_per_store'),
        ),
    ]
