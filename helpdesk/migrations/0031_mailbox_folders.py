"""How far each folder of a mailbox has been read."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0030_mailed_replies")]

    operations = [
        migrations.CreateModel(
            name="MailboxFolder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200)),
                ("uid_validity", models.BigIntegerField()),
                ("last_uid", models.BigIntegerField()),
                ("reread_since", models.DateTimeField(null=True)),
                (
                    "mailbox",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="places",
                        to="helpdesk.mailbox",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["mailbox", "name"], name="mailbox_folder_once"),
                    models.CheckConstraint(
                        condition=models.Q(uid_validity__gte=0, last_uid__gte=0),
                        name="mailbox_folder_numbers_are_uids",
                    ),
                ],
            },
        ),
    ]
