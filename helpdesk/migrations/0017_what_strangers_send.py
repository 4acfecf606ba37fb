"""Repeats belong to the store and are told apart by meaning; an address is its own whatever its letters fold to."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

import helpdesk.input.visible_line
from helpdesk.tickets.opening.customer_match import email_key

# An answer of before has no digests, and is repeated to whoever shows its key: a repeat must not be carried out
# twice. Of two API keys of a store that used the same word, the first answer stays.
CARRY_OVER = """
    UPDATE helpdesk_idempotentrequest kept SET store_id = api_key.store_id, scopes = api_key.scopes
      FROM helpdesk_apikey api_key WHERE api_key.id = kept.api_key_id;

    DELETE FROM helpdesk_idempotentrequest later USING helpdesk_idempotentrequest first
     WHERE later.store_id = first.store_id AND later.key = first.key AND later.id > first.id;

    SET CONSTRAINTS ALL IMMEDIATE;
"""


def unfold(apps, schema_editor):
    """Give addresses with letters beyond ASCII their key anew: what folding made alike are two mailboxes."""
    customers = apps.get_model("helpdesk", "Customer").objects
    for customer in customers.filter(email__regex=r"[^\x01-\x7f]").only("email").iterator():
        customers.filter(pk=customer.pk).update(email_key=email_key(customer.email))


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0016_ticket_begun")]

    operations = [
        migrations.RemoveConstraint("idempotentrequest", "idempotent_request_one_per_key"),
        migrations.AddField(
            "idempotentrequest",
            "digests",
            models.JSONField(default=dict, help_text="of the route and of each top-level field"),
        ),
        migrations.AddField(
            "idempotentrequest",
            "scopes",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=5),
                default=list,
                help_text="of whom it was answered",
                size=None,
            ),
        ),
        migrations.AddField(
            "idempotentrequest",
            "store",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="helpdesk.store",
            ),
        ),
        migrations.RunSQL(CARRY_OVER, migrations.RunSQL.noop),
        migrations.AlterField(
            "idempotentrequest",
            "store",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="helpdesk.store",
            ),
        ),
        migrations.RemoveField("idempotentrequest", "api_key"),
        migrations.RemoveField("idempotentrequest", "fingerprint"),
        migrations.AddConstraint(
            "idempotentrequest",
            models.UniqueConstraint(fields=("store", "key"), name="idempotent_request_one_per_store"),
        ),
        migrations.AddField(
            "message",
            "rest",
            models.TextField(
                blank=True,
                db_default="",
                help_text="what was too long and was cut off, of the text or of its ticket",
            ),
        ),
        migrations.AddIndex(
            "message",
            models.Index(
                condition=Q(external_id__isnull=False),
                fields=["store", "external_id"],
                name="message_by_external_id",
            ),
        ),
        migrations.AlterField(
            "customer",
            "email_key",
            models.CharField(help_text="the e-mail in lower case", max_length=640, null=True),
        ),
        migrations.RunPython(unfold, migrations.RunPython.noop, elidable=True),
        *(
            migrations.AlterField(
                model,
                "name",
                helpdesk.input.visible_line.VisibleLineField(
                    max_length=200, verbose_name="name", **({"unique": True} if model == "queue" else {})
                ),
            )
            for model in ("agent", "queue", "store")
        ),
    ]
