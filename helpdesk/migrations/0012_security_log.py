import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Now

KINDS = [
    ("logged_in", "logged in"),
    ("logged_out", "logged out"),
    ("login_failed", "login failed"),
    ("guessing_stopped", "guessing stopped"),
    ("session_ended", "session ended"),
    ("password_changed", "password changed"),
    ("password_link_asked", "link for a new password asked for"),
    ("password_set_by_link", "password set by a link"),
    ("key_issued", "key issued"),
    ("key_revoked", "key revoked"),
    ("invitation_made", "invitation made"),
    ("invitation_revoked", "invitation revoked"),
    ("invitation_accepted", "invitation accepted"),
    ("role_given", "role given"),
    ("role_taken", "role taken"),
    ("rights_changed", "rights changed"),
    ("set_up_changed", "set-up changed"),
    ("exported", "exported"),
    ("environment_switched", "environment switched"),
]

EVENTS_ARE_FACTS = """
    CREATE FUNCTION security_event_is_a_fact() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'a security event is never edited, and kept for a year'
        USING ERRCODE = 'check_violation';
    END $$;
    CREATE TRIGGER security_event_is_never_edited BEFORE UPDATE ON helpdesk_securityevent
       FOR EACH ROW EXECUTE FUNCTION security_event_is_a_fact();
    CREATE TRIGGER security_event_is_kept BEFORE DELETE ON helpdesk_securityevent
       FOR EACH ROW WHEN (old.at > now() - interval '1 year') EXECUTE FUNCTION security_event_is_a_fact();
"""


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0011_agents_are_never_deleted")]

    operations = [
        migrations.CreateModel(
            name="GuessCount",
            fields=[
                ("whom", models.BinaryField(max_length=32, primary_key=True, serialize=False)),
                ("since", models.DateTimeField()),
                ("count", models.IntegerField()),
            ],
            options={"indexes": [models.Index(fields=["since"], name="guess_count_by_age")]},
        ),
        migrations.CreateModel(
            name="SecurityEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("at", models.DateTimeField(db_default=Now(), verbose_name="at")),
                ("kind", models.CharField(choices=KINDS, max_length=24, verbose_name="what")),
                ("address", models.GenericIPAddressField(null=True, verbose_name="from")),
                ("facts", models.JSONField(default=dict)),
                (
                    "actor",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "security event",
                "verbose_name_plural": "security events",
                "indexes": [
                    models.Index(fields=["at"], name="security_event_by_age"),
                    models.Index(fields=["kind", "-id"], name="security_event_by_kind"),
                    models.Index(fields=["actor", "-id"], name="security_event_by_actor"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(kind__in=[kind for kind, _ in KINDS]),
                        name="security_event_kind_is_known",
                    )
                ],
            },
        ),
        migrations.RunSQL(
            EVENTS_ARE_FACTS,
            "DROP TRIGGER security_event_is_never_edited ON helpdesk_securityevent;"
            "DROP TRIGGER security_event_is_kept ON helpdesk_securityevent;"
            "DROP FUNCTION security_event_is_a_fact();",
        ),
    ]
