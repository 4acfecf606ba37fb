"""Names of policies and calendars are one visible line, as those of queues and stores are."""

from django.db import migrations

from helpdesk.input.visible_line import VisibleLineField


class Migration(migrations.Migration):
    dependencies = [("monitor", "0013_flag_changes_are_stamped")]

    operations = [
        migrations.AlterField(
            model, "name", VisibleLineField(max_length=200, unique=True, verbose_name="name")
        )
        for model in ("policy", "calendar")
    ]
