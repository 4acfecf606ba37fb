from django.db import migrations, models

WAIT_ALREADY = """
    UPDATE helpdesk_ticket SET silent_since = last_event_at
     WHERE status = 'pending' AND waiting_since IS NULL AND silent_since IS NULL
       AND NOT EXISTS (SELECT FROM helpdesk_ticketevent event
                        WHERE event.ticket_id = helpdesk_ticket.id AND event.seq = 1 AND event.imported)
"""


class Migration(migrations.Migration):
    dependencies = [
        ('helpdesk', '0077_silence'),
    ]

    operations = [
        migrations.RunSQL(WAIT_ALREADY, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('reminded_at', None), ('silent_since__isnull', False)), fields=['queue', 'silent_since'], name='ticket_silent'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('reminded_at__isnull', False)), fields=['queue', 'reminded_at'], name='ticket_reminded'),
        ),
    ]
