"""No two policies, and no two calendars, have names that are the same to people."""

from django.db import migrations, models
from django.db.models import F

from helpdesk.models.alike_names import FoldedName, tell_apart

WITHIN: dict[str, tuple[str, ...]] = {"policy": (), "calendar": ()}


def tell_all_apart(apps, schema_editor):
    for model, within in WITHIN.items():
        tell_apart(apps.get_model("monitor", model).objects.all(), *within)


class Migration(migrations.Migration):
    dependencies = [("monitor", "0015_flags_say_what_was_not_counted"), ("helpdesk", "0025_names_are_told_apart")]

    operations = [
        migrations.RunPython(tell_all_apart, migrations.RunPython.noop),
        *(
            migrations.AddConstraint(
                model,
                models.UniqueConstraint(*map(F, within), FoldedName("name"), name=f"{model}_one_of_a_name"),
            )
            for model, within in WITHIN.items()
        ),
    ]
