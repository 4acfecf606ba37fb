"""Names of API keys are one visible line, as those of queues and stores are."""

from django.db import migrations

from helpdesk.input.visible_line import VisibleLineField


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0021_versions_published")]

    operations = [
        migrations.AlterField(
            "apikey", "name", VisibleLineField(blank=True, max_length=100, verbose_name="name")
        ),
    ]
