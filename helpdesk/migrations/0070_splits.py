"""That messages went to a ticket of their own is an event, and that ticket says where it comes from."""

import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0069_queues_are_retired")]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="split_from",
            field=models.ForeignKey(db_index=False, help_text='the ticket on which its messages stood before', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='split_off', to='helpdesk.ticket'),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(condition=models.Q(("split_from__isnull", False)), fields=["split_from"], name="ticket_split_from"),
        ),
        migrations.AlterField(
            model_name="ticketevent",
            name="kind",
            field=models.CharField(choices=[('opened', 'opened'), ('customer_message_received', 'customer message received'), ('public_reply_sent', 'public reply sent'), ('note_added', 'note added'), ('acknowledged', 'acknowledged'), ('assigned', 'assigned'), ('unassigned', 'unassigned'), ('status_changed', 'status changed'), ('resolved', 'resolved'), ('closed', 'closed'), ('reopened', 'reopened'), ('no_reply_needed_marked', 'no reply needed'), ('priority_changed', 'priority changed'), ('queue_changed', 'queue changed'), ('tags_changed', 'tags changed'), ('tier_changed', 'tier changed'), ('topic_changed', 'topic changed'), ('customer_changed', 'customer changed'), ('due_time_set', 'due time set'), ('due_time_cleared', 'due time cleared'), ('merged_into', 'merged into another ticket'), ('absorbed', 'another ticket merged in'), ('voided', 'put aside'), ('restored', 'restored'), ('reply_bounced', 'reply bounced'), ('reply_delayed', 'reply not accepted yet'), ('reply_left', 'reply accepted after all'), ('snoozed', 'snoozed'), ('snooze_ended', 'snoozed no more'), ('undone', 'undone'), ('split_off', 'messages split off')], max_length=32),
        ),
        migrations.RemoveConstraint(model_name="ticketevent", name="ticket_event_kind_is_known"),
        AddConstraintNotValid(
            model_name="ticketevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ['opened', 'customer_message_received', 'public_reply_sent', 'note_added', 'acknowledged', 'assigned', 'unassigned', 'status_changed', 'resolved', 'closed', 'reopened', 'no_reply_needed_marked', 'priority_changed', 'queue_changed', 'tags_changed', 'tier_changed', 'topic_changed', 'customer_changed', 'due_time_set', 'due_time_cleared', 'merged_into', 'absorbed', 'voided', 'restored', 'reply_bounced', 'reply_delayed', 'reply_left', 'snoozed', 'snooze_ended', 'undone', 'split_off'])),
                name="ticket_event_kind_is_known",
            ),
        ),
        ValidateConstraint(model_name="ticketevent", name="ticket_event_kind_is_known"),
    ]
