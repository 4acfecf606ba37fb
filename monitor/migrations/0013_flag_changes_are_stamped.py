"""Flags are stamped like tickets whenever they change, and listed in that order."""

from django.db import migrations, models
from django.db.models.functions import Now

STAMPED = """
    CREATE TRIGGER flag_change_is_stamped BEFORE INSERT OR UPDATE ON monitor_flag
       FOR EACH ROW EXECUTE FUNCTION stamp_change();
"""


class Migration(migrations.Migration):
    dependencies = [("monitor", "0012_late_stays_visible"), ("helpdesk", "0020_changes_are_stamped")]

    operations = [
        migrations.AddField("flag", "updated_at", models.DateTimeField(db_default=Now())),
        migrations.AddIndex(
            "flag", models.Index(name="flag_by_store_and_change", fields=["store", "updated_at", "id"])
        ),
        migrations.RunSQL(STAMPED, "DROP TRIGGER flag_change_is_stamped ON monitor_flag;"),
    ]
