from django.db import migrations, models

_TO_THE_CUSTOMER = """
    INSERT INTO helpdesk_messageparty (message_id, role, name, address, address_key, taken_at)
    SELECT mailed.message_id, 'to', customer.name, customer.email, customer.email_key, mailed.left_at
      FROM helpdesk_mailedreply mailed
      JOIN helpdesk_message message ON message.id = mailed.message_id
      JOIN helpdesk_ticket ticket ON ticket.id = message.ticket_id
      JOIN helpdesk_customer customer ON customer.id = ticket.customer_id
     WHERE customer.email_key IS NOT NULL
        ON CONFLICT DO NOTHING
"""
"""Until now every reply went to its customer alone."""


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0035_attachments")]

    operations = [
        migrations.AddField(
            model_name="messageparty",
            name="taken_at",
            field=models.DateTimeField(help_text="when a server took it for them", null=True),
        ),
        migrations.AddField(
            model_name="messageparty",
            name="failed_at",
            field=models.DateTimeField(help_text="when it was known not to reach them", null=True),
        ),
        migrations.RunSQL(_TO_THE_CUSTOMER, migrations.RunSQL.noop),
    ]
