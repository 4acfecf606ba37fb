from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("helpdesk", "0036_recipients_of_replies"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='message',
            name='message_way_is_known',
        ),
        migrations.RemoveConstraint(
            model_name='rawmail',
            name='raw_mail_once_per_store',
        ),
        migrations.RemoveConstraint(
            model_name='rawmail',
            name='raw_mail_outcome_is_known',
        ),
        migrations.RemoveConstraint(
            model_name='rawmail',
            name='raw_mail_reason_is_known',
        ),
        migrations.AddField(
            model_name='rawmail',
            name='was_sent',
            field=models.BooleanField(db_default=False, default=False, help_text="it lay in the mailbox's folder of what was sent"),
        ),
        migrations.AlterField(
            model_name='message',
            name='way',
            field=models.CharField(blank=True, choices=[('phone', 'answered by phone'), ('in_person', 'answered in person'), ('chat', 'answered in a chat'), ('mail', 'answered outside Attend')], db_default='', default='', help_text='by which an answer was given that is only noted here', max_length=9, verbose_name='way'),
        ),
        migrations.AlterField(
            model_name='rawmail',
            name='outcome',
            field=models.CharField(blank=True, choices=[('opened', 'opened a ticket'), ('joined', 'joined a ticket'), ('automatic', 'sent by a machine'), ('bounce', 'a delivery report'), ('passed', 'passed over'), ('set_aside', 'set aside')], max_length=9, verbose_name='what became of it'),
        ),
        migrations.AlterField(
            model_name='rawmail',
            name='reason',
            field=models.CharField(blank=True, choices=[('unreadable', 'It could not be read.'), ('broken_off', 'Reading it was broken off each time.'), ('nobody', 'It names nobody who could be answered.'), ('too_many', 'There was too much mail from this address within an hour.'), ('known', 'The same message had come before.'), ('third_party', "Somebody else wrote into a customer's conversation."), ('follow_up', 'Its ticket had ended: this one follows it.'), ('no_ticket', 'It belongs to no ticket.'), ('may_arrive', 'What it tells of may still arrive.'), ('taken_back', 'The reply that it tells of never arrived.'), ('outside', 'Somebody answered outside Attend.'), ('to_others', 'It was sent to somebody else than the customer.'), ('earlier', 'It was sent before what opened its ticket.'), ('ended', 'Its ticket had ended.'), ('not_ours', 'It lay in the folder of what was sent, and somebody else wrote it.')], max_length=11, verbose_name='why'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(('way__in', ['', 'phone', 'in_person', 'chat', 'mail'])), name='message_way_is_known'),
        ),
        migrations.AddConstraint(
            model_name='rawmail',
            constraint=models.UniqueConstraint(fields=('store', 'digest', 'was_sent'), name='raw_mail_once_per_store'),
        ),
        migrations.AddConstraint(
            model_name='rawmail',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['', 'opened', 'joined', 'automatic', 'bounce', 'passed', 'set_aside'])), name='raw_mail_outcome_is_known'),
        ),
        migrations.AddConstraint(
            model_name='rawmail',
            constraint=models.CheckConstraint(condition=models.Q(('reason__in', ['', 'unreadable', 'broken_off', 'nobody', 'too_many', 'known', 'third_party', 'follow_up', 'no_ticket', 'may_arrive', 'taken_back', 'outside', 'to_others', 'earlier', 'ended', 'not_ours'])), name='raw_mail_reason_is_known'),
        ),
    ]
