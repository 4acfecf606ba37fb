from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0057_inline_is_forgotten")]

    operations = [
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                name="delivery_given_up",
                fields=["address"],
                condition=models.Q(("given_up_at__isnull", False)),
            ),
        ),
    ]
