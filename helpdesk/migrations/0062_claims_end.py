from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('helpdesk', '0061_drafts'),
    ]

    operations = [
        migrations.AddField(
            model_name='ticket',
            name='claim_ends_at',
            field=models.DateTimeField(help_text='when a claim on which nothing was done goes back to the queue; null: whoever has it keeps it', null=True, verbose_name='claim ends at'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('claim_ends_at__isnull', False)), fields=['claim_ends_at'], name='ticket_claim_ends'),
        ),
    ]
