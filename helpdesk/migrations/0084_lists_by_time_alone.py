"""Three indexes of tickets go: the new ones begin with what they began with."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0083_lists_newest_first")]

    operations = [
        migrations.RemoveIndex("ticket", "ticket_by_queue_and_time"),
        migrations.RemoveIndex("ticket", "ticket_by_topic"),
        migrations.AlterField(
            "ticket",
            "assignee",
            models.ForeignKey(
                settings.AUTH_USER_MODEL,
                on_delete=models.PROTECT,
                null=True,
                related_name="tickets",
                db_index=False,
            ),
        ),
    ]
