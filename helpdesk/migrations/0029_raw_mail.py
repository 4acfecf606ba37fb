import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("helpdesk", "0028_customers_latest_first"),
    ]

    operations = [
        migrations.CreateModel(
            name="MailId",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("value", models.CharField(help_text="without angle brackets", max_length=998)),
            ],
        ),
        migrations.CreateModel(
            name="RawMail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.BinaryField(help_text="SHA-256 of its bytes", max_length=32)),
                ("size", models.PositiveIntegerField(verbose_name="size")),
                ("received_at", models.DateTimeField(verbose_name="received at")),
                (
                    "sender_key",
                    models.CharField(
                        blank=True,
                        db_default="",
                        help_text="the e-mail of its writer in lower case",
                        max_length=640,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("rests_until", models.DateTimeField(help_text="left alone until then", null=True)),
                (
                    "asked_again_at",
                    models.DateTimeField(help_text="when somebody asked to have it read again", null=True),
                ),
                ("read_at", models.DateTimeField(null=True, verbose_name="read at")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("opened", "opened a ticket"),
                            ("joined", "joined a ticket"),
                            ("automatic", "sent by a machine"),
                            ("bounce", "a delivery report"),
                            ("set_aside", "set aside"),
                        ],
                        max_length=9,
                        verbose_name="what became of it",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("unreadable", "It could not be read."),
                            ("broken_off", "Reading it was broken off each time."),
                            ("nobody", "It names nobody who could be answered."),
                            ("too_many", "There was too much mail from this address within an hour."),
                            ("known", "The same message had come before."),
                            ("third_party", "Somebody else wrote into a customer's conversation."),
                            ("follow_up", "Its ticket had ended: this one follows it."),
                            ("no_ticket", "It belongs to no ticket."),
                            ("may_arrive", "What it tells of may still arrive."),
                            ("taken_back", "The reply that it tells of never arrived."),
                        ],
                        max_length=11,
                        verbose_name="why",
                    ),
                ),
                (
                    "detail",
                    models.CharField(
                        blank=True, help_text="what went wrong, in its own words", max_length=500
                    ),
                ),
            ],
            options={
                "verbose_name": "mail",
                "verbose_name_plural": "mails",
            },
        ),
        migrations.RemoveConstraint(
            model_name="ticketevent",
            name="ticket_event_kind_is_known",
        ),
        migrations.AlterField(
            model_name="apikey",
            name="scopes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("read", "read tickets, clocks and flags"),
                        ("write", "send tickets and customer messages"),
                        ("act", "answer and act as a named agent"),
                        ("notes", "read internal notes"),
                        ("mail", "hand in mail, and read what became of it"),
                    ],
                    max_length=5,
                ),
                size=None,
            ),
        ),
        migrations.AlterField(
            model_name="ticketevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("opened", "opened"),
                    ("customer_message_received", "customer message received"),
                    ("public_reply_sent", "public reply sent"),
                    ("note_added", "note added"),
                    ("acknowledged", "acknowledged"),
                    ("assigned", "assigned"),
                    ("unassigned", "unassigned"),
                    ("status_changed", "status changed"),
                    ("resolved", "resolved"),
                    ("closed", "closed"),
                    ("reopened", "reopened"),
                    ("no_reply_needed_marked", "no reply needed"),
                    ("priority_changed", "priority changed"),
                    ("queue_changed", "queue changed"),
                    ("tags_changed", "tags changed"),
                    ("tier_changed", "tier changed"),
                    ("due_time_set", "due time set"),
                    ("due_time_cleared", "due time cleared"),
                    ("merged_into", "merged into another ticket"),
                    ("absorbed", "another ticket merged in"),
                    ("voided", "put aside"),
                    ("restored", "restored"),
                    ("reply_bounced", "reply bounced"),
                    ("reply_delayed", "reply not accepted yet"),
                    ("reply_left", "reply accepted after all"),
                    ("undone", "undone"),
                ],
                max_length=32,
            ),
        ),
        migrations.AddConstraint(
            model_name="ticketevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "opened",
                            "customer_message_received",
                            "public_reply_sent",
                            "note_added",
                            "acknowledged",
                            "assigned",
                            "unassigned",
                            "status_changed",
                            "resolved",
                            "closed",
                            "reopened",
                            "no_reply_needed_marked",
                            "priority_changed",
                            "queue_changed",
                            "tags_changed",
                            "tier_changed",
                            "due_time_set",
                            "due_time_cleared",
                            "merged_into",
                            "absorbed",
                            "voided",
                            "restored",
                            "reply_bounced",
                            "reply_delayed",
                            "reply_left",
                            "undone",
                        ],
                    )
                ),
                name="ticket_event_kind_is_known",
            ),
        ),
        migrations.AddField(
            model_name="mailid",
            name="message",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="mail_ids",
                to="helpdesk.message",
            ),
        ),
        migrations.AddField(
            model_name="mailid",
            name="store",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="helpdesk.store",
            ),
        ),
        migrations.AddField(
            model_name="mailid",
            name="ticket",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="mail_ids", to="helpdesk.ticket"
            ),
        ),
        migrations.CreateModel(
            name="RawMailBytes",
            fields=[
                (
                    "mail",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="original",
                        serialize=False,
                        to="helpdesk.rawmail",
                    ),
                ),
                ("raw", models.BinaryField()),
            ],
        ),
        migrations.AddField(
            model_name="rawmail",
            name="message",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="raw_mails",
                to="helpdesk.message",
            ),
        ),
        migrations.AddField(
            model_name="rawmail",
            name="store",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="helpdesk.store",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailid",
            constraint=models.UniqueConstraint(fields=("store", "value"), name="mail_id_once_per_store"),
        ),
        migrations.AddConstraint(
            model_name="mailid",
            constraint=models.CheckConstraint(
                condition=models.Q(("value", ""), _negated=True), name="mail_id_is_not_empty"
            ),
        ),
        migrations.AddIndex(
            model_name="rawmail",
            index=models.Index(condition=models.Q(("read_at", None)), fields=["id"], name="raw_mail_unread"),
        ),
        migrations.AddIndex(
            model_name="rawmail",
            index=models.Index(
                condition=models.Q(("outcome", "set_aside")),
                fields=["store", "-id"],
                name="raw_mail_set_aside",
            ),
        ),
        migrations.AddIndex(
            model_name="rawmail",
            index=models.Index(
                condition=models.Q(("sender_key", ""), _negated=True),
                fields=["store", "sender_key", "received_at"],
                name="raw_mail_by_sender",
            ),
        ),
        migrations.AddIndex(
            model_name="rawmail",
            index=models.Index(fields=["received_at"], name="raw_mail_by_age"),
        ),
        migrations.AddConstraint(
            model_name="rawmail",
            constraint=models.UniqueConstraint(fields=("store", "digest"), name="raw_mail_once_per_store"),
        ),
        migrations.AddConstraint(
            model_name="rawmail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("outcome__in", ["", "opened", "joined", "automatic", "bounce", "set_aside"])
                ),
                name="raw_mail_outcome_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="rawmail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "reason__in",
                        [
                            "",
                            "unreadable",
                            "broken_off",
                            "nobody",
                            "too_many",
                            "known",
                            "third_party",
                            "follow_up",
                            "no_ticket",
                            "may_arrive",
                            "taken_back",
                        ],
                    )
                ),
                name="raw_mail_reason_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="rawmail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(models.Q(("read_at", None)), ("outcome", "")),
                    models.Q(models.Q(("read_at__isnull", False)), models.Q(("outcome", ""), _negated=True)),
                    _connector="OR",
                ),
                name="raw_mail_became_something_once_read",
            ),
        ),
        migrations.AddConstraint(
            model_name="rawmail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", "set_aside"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="raw_mail_set_aside_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="rawmail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome__in", ["opened", "joined"]), _negated=True),
                    ("message__isnull", False),
                    _connector="OR",
                ),
                name="raw_mail_on_a_ticket_is_a_message",
            ),
        ),
    ]
