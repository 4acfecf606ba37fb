"""That a second factor was begun or ended is a line of the security log."""

from django.db import migrations, models

KINDS = [
    ("logged_in", "logged in"),
    ("logged_out", "logged out"),
    ("login_failed", "login failed"),
    ("guessing_stopped", "guessing stopped"),
    ("session_ended", "session ended"),
    ("password_changed", "password changed"),
    ("password_link_asked", "link for a new password asked for"),
    ("password_set_by_link", "password set by a link"),
    ("second_factor_given", "second factor begun"),
    ("second_factor_taken", "second factor ended"),
    ("key_issued", "key issued"),
    ("key_revoked", "key revoked"),
    ("invitation_made", "invitation made"),
    ("invitation_revoked", "invitation revoked"),
    ("invitation_accepted", "invitation accepted"),
    ("role_given", "role given"),
    ("role_taken", "role taken"),
    ("rights_changed", "rights changed"),
    ("customer_erased", "customer erased"),
    ("set_up_changed", "set-up changed"),
    ("version_published", "version published"),
    ("exported", "exported"),
    ("environment_switched", "environment switched"),
]
KNOWN = "security_event_kind_is_known"


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0074_saved_views")]

    operations = [
        migrations.AlterField(
            model_name="securityevent",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=24, verbose_name="what"),
        ),
        migrations.RemoveConstraint(model_name="securityevent", name=KNOWN),
        migrations.AddConstraint(
            model_name="securityevent",
            constraint=models.CheckConstraint(
                name=KNOWN, condition=models.Q(kind__in=[kind for kind, _words in KINDS])
            ),
        ),
    ]
