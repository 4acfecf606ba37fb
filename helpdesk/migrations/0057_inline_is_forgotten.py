"""Nothing writes or reads how a mail wanted a file shown: its HTML says so, by the file's id.

The column stays for processes of the version before, which name it when they write, and fills itself for those of this
one. A later version drops it.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0056_mails_that_servers_keep")]

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField("attachment", "inline")]),
    ]
