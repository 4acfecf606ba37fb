import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('helpdesk', '0058_deliveries_given_up'),
    ]

    operations = [
        migrations.AddField(
            model_name='agent',
            name='hold_seconds',
            field=models.PositiveSmallIntegerField(blank=True, help_text='0 to 30, during which a reply by mail has not left yet. Empty: as for everybody.', null=True, validators=[django.core.validators.MaxValueValidator(30)], verbose_name='seconds to take a reply back'),
        ),
        migrations.AddConstraint(
            model_name='agent',
            constraint=models.CheckConstraint(condition=models.Q(('hold_seconds', None), ('hold_seconds__lte', 30), _connector='OR'), name='agent_holds_replies_not_too_long'),
        ),
    ]
