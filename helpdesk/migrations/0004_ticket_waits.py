"""Who waits on a ticket becomes a column of it, for the tickets that are there too."""

from itertools import groupby

from django.db import migrations, models

from helpdesk.tickets.state.ticket_story import state_of

CHUNK = 1000


def fill(apps, schema_editor):
    """Work out both columns from each ticket's events, by the rules that keep them from now on."""
    tickets = apps.get_model("helpdesk", "Ticket").objects
    events = apps.get_model("helpdesk", "TicketEvent").objects
    last = 0
    while chunk := {ticket.pk: ticket for ticket in tickets.filter(pk__gt=last).order_by("pk").only("pk")[:CHUNK]}:
        told = events.filter(ticket__in=chunk).order_by("ticket_id", "seq")
        for ticket_id, story in groupby(told, key=lambda event: event.ticket_id):
            state = state_of(story)
            chunk[ticket_id].waiting_since = state.waiting_since
            chunk[ticket_id].unacknowledged_since = state.unacknowledged_since
        tickets.bulk_update(chunk.values(), ["waiting_since", "unacknowledged_since"])
        last = max(chunk)


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0003_outbox")]

    operations = [
        migrations.AddField(
            "ticket",
            "waiting_since",
            models.DateTimeField(
                help_text="the oldest customer message that no person has answered",
                null=True,
                verbose_name="waiting since",
            ),
        ),
        migrations.AddField(
            "ticket",
            "unacknowledged_since",
            models.DateTimeField(
                help_text="when it asked for somebody to say “I have this”",
                null=True,
                verbose_name="unacknowledged since",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
