"""Objectives are versions, never edited; a month that is closed stays as it was."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

FOR_EVER = """
    CREATE TRIGGER objective_is_never_edited
    BEFORE UPDATE ON monitor_objective FOR EACH ROW EXECUTE FUNCTION version_is_never_edited();
    CREATE FUNCTION closed_month_is_never_overwritten() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'a closed month is never overwritten' USING ERRCODE = 'check_violation';
    END $$;
    CREATE TRIGGER closed_month_is_never_overwritten
    BEFORE UPDATE OF objective_id, environment, metric, queue_id, month, counts, rules, zone, closed_at
        ON monitor_closedmonth FOR EACH ROW EXECUTE FUNCTION closed_month_is_never_overwritten();
"""
NOT_FOR_EVER = """
    DROP TRIGGER closed_month_is_never_overwritten ON monitor_closedmonth;
    DROP FUNCTION closed_month_is_never_overwritten();
    DROP TRIGGER objective_is_never_edited ON monitor_objective;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('helpdesk', '0084_lists_by_time_alone'),
        ('monitor', '0019_second_opinions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Objective',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('metric', models.CharField(max_length=20, verbose_name='metric')),
                ('per_mille', models.PositiveSmallIntegerField(null=True, verbose_name='tenths of a percent')),
                ('from_month', models.DateField(verbose_name='from the month of')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('created_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('queue', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='helpdesk.queue', verbose_name='queue')),
            ],
            options={
                'verbose_name': 'objective',
                'verbose_name_plural': 'objectives',
            },
        ),
        migrations.CreateModel(
            name='ClosedMonth',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('environment', models.CharField(choices=[('live', 'live'), ('test', 'test'), ('demo', 'demo')], max_length=4)),
                ('metric', models.CharField(max_length=20, verbose_name='metric')),
                ('month', models.DateField(verbose_name='month')),
                ('counts', models.JSONField()),
                ('rules', models.IntegerField()),
                ('zone', models.CharField(max_length=64, verbose_name='time zone')),
                ('closed_at', models.DateTimeField()),
                ('later', models.JSONField(null=True)),
                ('looked_at', models.DateTimeField()),
                ('queue', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='helpdesk.queue')),
                ('objective', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='monitor.objective')),
            ],
            options={
                'verbose_name': 'closed month',
                'verbose_name_plural': 'closed months',
            },
        ),
        migrations.AddIndex(
            model_name='objective',
            index=models.Index(fields=['queue', 'metric', '-from_month', '-id'], name='objective_by_place'),
        ),
        migrations.AddConstraint(
            model_name='objective',
            constraint=models.CheckConstraint(condition=models.Q(('per_mille__lte', 1000)), name='objective_share_is_one'),
        ),
        migrations.AddConstraint(
            model_name='objective',
            constraint=models.CheckConstraint(condition=models.Q(('from_month__day', 1)), name='objective_of_whole_months'),
        ),
        migrations.AddIndex(
            model_name='closedmonth',
            index=models.Index(fields=['month', 'looked_at'], name='closed_month_by_month'),
        ),
        migrations.AddConstraint(
            model_name='closedmonth',
            constraint=models.UniqueConstraint(fields=('queue', 'metric', 'environment', 'month'), name='month_closed_once', nulls_distinct=False),
        ),
        migrations.RunSQL(FOR_EVER, NOT_FOR_EVER),
    ]
