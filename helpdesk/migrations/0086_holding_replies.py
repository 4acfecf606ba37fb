"""A reply, and what it is made of, may say no more than that somebody has seen what was asked."""

from django.db import migrations, models

SAYS_NO_MORE = "it says no more than that somebody has seen what was asked"


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0085_lists_by_more")]

    operations = [
        migrations.AddField(
            "cannedreply",
            "holding",
            models.BooleanField(
                db_default=False, default=False, help_text=SAYS_NO_MORE, verbose_name="holding"
            ),
        ),
        migrations.AddField(
            "heldreply", "holding", models.BooleanField(db_default=False, default=False)
        ),
        migrations.AddField(
            "message",
            "holding",
            models.BooleanField(
                db_default=False, default=False, help_text=SAYS_NO_MORE, verbose_name="holding"
            ),
        ),
    ]
