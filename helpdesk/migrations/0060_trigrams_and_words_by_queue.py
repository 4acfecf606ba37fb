from django.contrib.postgres.operations import BtreeGinExtension, TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    """Both are trusted: whoever may create in the database may have them, and needs no superuser."""

    dependencies = [
        ('helpdesk', '0059_seconds_of_agents'),
    ]

    operations = [TrigramExtension(), BtreeGinExtension()]
