"""No two stores of an environment, and no two queues, have names that are the same to people."""

from django.db import migrations, models
from django.db.models import F

from helpdesk.models.alike_names import FoldedName, tell_apart

WITHIN: dict[str, tuple[str, ...]] = {"store": ("environment",), "queue": ()}


def tell_all_apart(apps, schema_editor):
    for model, within in WITHIN.items():
        tell_apart(apps.get_model("helpdesk", model).objects.all(), *within)


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0024_customers_erased")]

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
