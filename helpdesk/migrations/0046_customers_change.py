"""That somebody else is the customer of a ticket is an event."""

from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0045_newcomers")]

    operations = [
        migrations.AlterField(
            model_name="ticketevent",
            name="kind",
            field=models.CharField(choices=[('opened', 'opened'), ('customer_message_received', 'customer message received'), ('public_reply_sent', 'public reply sent'), ('note_added', 'note added'), ('acknowledged', 'acknowledged'), ('assigned', 'assigned'), ('unassigned', 'unassigned'), ('status_changed', 'status changed'), ('resolved', 'resolved'), ('closed', 'closed'), ('reopened', 'reopened'), ('no_reply_needed_marked', 'no reply needed'), ('priority_changed', 'priority changed'), ('queue_changed', 'queue changed'), ('tags_changed', 'tags changed'), ('tier_changed', 'tier changed'), ('customer_changed', 'customer changed'), ('due_time_set', 'due time set'), ('due_time_cleared', 'due time cleared'), ('merged_into', 'merged into another ticket'), ('absorbed', 'another ticket merged in'), ('voided', 'put aside'), ('restored', 'restored'), ('reply_bounced', 'reply bounced'), ('reply_delayed', 'reply not accepted yet'), ('reply_left', 'reply accepted after all'), ('undone', 'undone')], max_length=32),
        ),
        migrations.RemoveConstraint(model_name="ticketevent", name="ticket_event_kind_is_known"),
        AddConstraintNotValid(
            model_name="ticketevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ['opened', 'customer_message_received', 'public_reply_sent', 'note_added', 'acknowledged', 'assigned', 'unassigned', 'status_changed', 'resolved', 'closed', 'reopened', 'no_reply_needed_marked', 'priority_changed', 'queue_changed', 'tags_changed', 'tier_changed', 'customer_changed', 'due_time_set', 'due_time_cleared', 'merged_into', 'absorbed', 'voided', 'restored', 'reply_bounced', 'reply_delayed', 'reply_left', 'undone'])),
                name="ticket_event_kind_is_known",
            ),
        ),
        ValidateConstraint(model_name="ticketevent", name="ticket_event_kind_is_known"),
    ]
