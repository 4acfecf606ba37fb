"""A delivery is sent only where somebody got it: else it was needless, or is given up; and who was missed is named."""

import django.contrib.postgres.fields
from django.db import migrations, models
from django.db.models import Q

# What was called sent and reached nobody told nobody anything.
NOT_SENT_AFTER_ALL = """
    UPDATE helpdesk_delivery SET needless_at = sent_at, sent_at = NULL WHERE sent_at IS NOT NULL AND reached = '{}'
"""
SENT_AS_BEFORE = """
    UPDATE helpdesk_delivery SET sent_at = needless_at WHERE needless_at IS NOT NULL
"""


# What the monitor carries over from before there was an outbox may come after this, and knows nothing of it.
MISSED_NOBODY = "ALTER TABLE helpdesk_delivery ALTER COLUMN missed SET DEFAULT '{}'"
AS_GIVEN = "ALTER TABLE helpdesk_delivery ALTER COLUMN missed DROP DEFAULT"


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0013_invitations_and_reach")]

    operations = [
        migrations.AddField(
            model_name="delivery",
            name="needless_at",
            field=models.DateTimeField(null=True, verbose_name="nothing left to tell at"),
        ),
        migrations.AddField(
            model_name="delivery",
            name="missed",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=300), blank=True, default=list, size=None
            ),
        ),
        migrations.RunSQL(MISSED_NOBODY, AS_GIVEN),
        migrations.RemoveConstraint(model_name="delivery", name="delivery_waits_was_sent_or_was_given_up"),
        migrations.RunSQL(NOT_SENT_AFTER_ALL, SENT_AS_BEFORE),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                name="delivery_waits_or_is_over_in_one_way",
                condition=Q(due_at__isnull=False, given_up_at__isnull=True, needless_at__isnull=True, sent_at__isnull=True)
                | Q(due_at__isnull=True, given_up_at__isnull=True, needless_at__isnull=True, sent_at__isnull=False)
                | Q(due_at__isnull=True, given_up_at__isnull=False, needless_at__isnull=True, sent_at__isnull=True)
                | Q(due_at__isnull=True, given_up_at__isnull=True, needless_at__isnull=False, sent_at__isnull=True),
            ),
        ),
    ]
