import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("helpdesk", "0032_where_mail_was_fetched"),
    ]

    operations = [
        migrations.CreateModel(
            name="MessageParty",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(choices=[("sender", "from"), ("to", "to"), ("cc", "Cc")], max_length=6),
                ),
                ("name", models.CharField(blank=True, max_length=200, verbose_name="name")),
                ("address", models.CharField(max_length=320, verbose_name="e-mail")),
                ("address_key", models.CharField(help_text="the e-mail in lower case", max_length=640)),
                (
                    "message",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parties",
                        to="helpdesk.message",
                    ),
                ),
            ],
            options={
                "verbose_name": "party of a message",
                "verbose_name_plural": "parties of messages",
                "indexes": [models.Index(fields=["address_key"], name="message_party_by_address")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("message", "role", "address_key"), name="message_party_once_in_a_role"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["sender", "to", "cc"])),
                        name="message_party_role_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("address_key", ""), _negated=True),
                        name="message_party_has_an_address",
                    ),
                ],
            },
        ),
    ]
