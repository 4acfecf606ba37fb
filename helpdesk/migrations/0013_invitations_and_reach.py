from django.db import migrations, models

ONE_IS_OPEN = """
    UPDATE helpdesk_invitation older SET revoked_at = now()
     WHERE accepted_at IS NULL
       AND EXISTS (SELECT FROM helpdesk_invitation newer
                    WHERE newer.email = older.email AND newer.accepted_at IS NULL AND newer.id > older.id)
"""


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0012_security_log")]

    operations = [
        migrations.AddField(
            model_name="invitation",
            name="revoked_at",
            field=models.DateTimeField(null=True, verbose_name="revoked at"),
        ),
        migrations.RunSQL(ONE_IS_OPEN, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("accepted_at", None), ("revoked_at", None)),
                fields=("email",),
                name="invitation_one_open_per_address",
            ),
        ),
        migrations.AddField(
            model_name="store",
            name="other_queues",
            field=models.ManyToManyField(
                blank=True,
                help_text="Where its keys may hand tickets to, besides its own queue.",
                related_name="+",
                to="helpdesk.queue",
                verbose_name="other queues",
            ),
        ),
    ]
