"""What an admin stands by is a row of its own."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

# Until now to have signed a version was to stand by it; hours that were set signed every promise as well.
CONFIRMED = """
    INSERT INTO monitor_confirmation (what, at, by_id)
    SELECT 'hours', created_at, created_by_id FROM monitor_calendarversion WHERE created_by_id IS NOT NULL
     UNION ALL
    SELECT 'promises', created_at, created_by_id FROM monitor_policyversion WHERE created_by_id IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("monitor", "0008_zone_release"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="Confirmation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "what",
                    models.CharField(choices=[("hours", "working hours"), ("promises", "promises")], max_length=8),
                ),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "confirmation",
                "verbose_name_plural": "confirmations",
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(("what__in", ["hours", "promises"])), name="confirmation_of_what_is_known"
                    )
                ],
            },
        ),
        migrations.RunSQL(CONFIRMED, migrations.RunSQL.noop),
    ]
