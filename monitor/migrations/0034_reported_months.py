"""A month that was reported stays as it was: its figures, and the clocks they are made of."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


FOR_EVER = """
    CREATE FUNCTION reported_month_is_never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'a reported month is never changed' USING ERRCODE = 'check_violation';
    END $$;
    CREATE TRIGGER reported_month_is_never_changed
    BEFORE UPDATE OR DELETE ON monitor_reportedmonth FOR EACH ROW WHEN (OLD.reported_at IS NOT NULL)
    EXECUTE FUNCTION reported_month_is_never_changed();

    CREATE FUNCTION reported_rows_are_never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM monitor_reportedmonth WHERE id = OLD.reported_id AND reported_at IS NOT NULL) THEN
            RAISE EXCEPTION 'a reported month is never changed' USING ERRCODE = 'check_violation';
        END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END $$;
    CREATE FUNCTION reported_rows_are_never_added() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM monitor_reportedmonth month
                    WHERE reported_at IS NOT NULL AND id IN (SELECT DISTINCT reported_id FROM added)) THEN
            RAISE EXCEPTION 'a reported month is never changed' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER reportedfigure_is_never_changed
    BEFORE UPDATE OR DELETE ON monitor_reportedfigure FOR EACH ROW EXECUTE FUNCTION reported_rows_are_never_changed();
    CREATE TRIGGER reportedfigure_is_never_added
    AFTER INSERT ON monitor_reportedfigure REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION reported_rows_are_never_added();
    CREATE TRIGGER reportedclock_is_never_changed
    BEFORE UPDATE OR DELETE ON monitor_reportedclock FOR EACH ROW EXECUTE FUNCTION reported_rows_are_never_changed();
    CREATE TRIGGER reportedclock_is_never_added
    AFTER INSERT ON monitor_reportedclock REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION reported_rows_are_never_added();
"""
NOT_FOR_EVER = """
    DROP TRIGGER reportedfigure_is_never_added ON monitor_reportedfigure;
    DROP TRIGGER reportedfigure_is_never_changed ON monitor_reportedfigure;
    DROP TRIGGER reportedclock_is_never_added ON monitor_reportedclock;
    DROP TRIGGER reportedclock_is_never_changed ON monitor_reportedclock;
    DROP FUNCTION reported_rows_are_never_added();
    DROP FUNCTION reported_rows_are_never_changed();
    DROP TRIGGER reported_month_is_never_changed ON monitor_reportedmonth;
    DROP FUNCTION reported_month_is_never_changed();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('helpdesk', '0089_refusals_of_report_keys'),
        ('monitor', '0033_trials'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReportedMonth',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('environment', models.CharField(choices=[('live', 'live'), ('test', 'test'), ('demo', 'demo')], max_length=4)),
                ('number', models.PositiveIntegerField(null=True, verbose_name='number')),
                ('month', models.DateField(verbose_name='month')),
                ('zone', models.CharField(max_length=64, verbose_name='time zone')),
                ('begins_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('asked_at', models.DateTimeField()),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='note')),
                ('rules', models.IntegerField(null=True)),
                ('zone_data', models.CharField(blank=True, max_length=20)),
                ('versions', models.JSONField(default=dict)),
                ('reported_at', models.DateTimeField(null=True)),
                ('asked_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'reported month',
                'verbose_name_plural': 'reported months',
            },
        ),
        migrations.CreateModel(
            name='ReportedFigure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('metric', models.CharField(max_length=20, verbose_name='metric')),
                ('counts', models.JSONField()),
                ('promised', models.PositiveSmallIntegerField(null=True)),
                ('waits', models.JSONField()),
                ('adjusted', models.JSONField(null=True)),
                ('queue', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='helpdesk.queue')),
                ('store', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='helpdesk.store')),
                ('reported', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='figures', to='monitor.reportedmonth')),
            ],
            options={
                'verbose_name': 'reported figure',
                'verbose_name_plural': 'reported figures',
            },
        ),
        migrations.CreateModel(
            name='ReportedClock',
            fields=[
                ('pk', models.CompositePrimaryKey('reported_id', 'ticket_id', 'metric', 'start_seq', blank=True, editable=False, primary_key=True, serialize=False)),
                ('ticket_id', models.BigIntegerField()),
                ('metric', models.CharField(max_length=20)),
                ('start_seq', models.IntegerField()),
                ('last_seq', models.IntegerField()),
                ('queue_id', models.BigIntegerField()),
                ('store_id', models.BigIntegerField()),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('end_seq', models.IntegerField(null=True)),
                ('due_at', models.DateTimeField(null=True)),
                ('breach_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, max_length=15)),
                ('came_out', models.CharField(max_length=15)),
                ('policy_version_id', models.BigIntegerField(null=True)),
                ('calendar_version_id', models.BigIntegerField(null=True)),
                ('wall_seconds', models.BigIntegerField(null=True)),
                ('business_seconds', models.BigIntegerField(null=True)),
                ('excused', models.BooleanField(default=False)),
                ('reported', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='clocks', to='monitor.reportedmonth')),
            ],
            options={
                'verbose_name': 'reported clock',
                'verbose_name_plural': 'reported clocks',
            },
        ),
        migrations.AddIndex(
            model_name='reportedmonth',
            index=models.Index(fields=['environment', '-month', '-id'], name='reported_month_by_month'),
        ),
        migrations.AddConstraint(
            model_name='reportedmonth',
            constraint=models.UniqueConstraint(fields=('environment', 'number'), name='reported_month_number_once'),
        ),
        migrations.AddConstraint(
            model_name='reportedmonth',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('number', None), ('reported_at', None)), models.Q(('number__isnull', False), ('reported_at__isnull', False), ('rules__isnull', False)), _connector='OR'), name='reported_month_has_its_number'),
        ),
        migrations.AddConstraint(
            model_name='reportedmonth',
            constraint=models.CheckConstraint(condition=models.Q(('month__day', 1)), name='reported_month_is_whole'),
        ),
        migrations.AddConstraint(
            model_name='reportedfigure',
            constraint=models.UniqueConstraint(fields=('reported', 'metric', 'queue', 'store'), name='reported_figure_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='reportedfigure',
            constraint=models.CheckConstraint(condition=models.Q(('queue', None), ('store', None), _connector='OR'), name='reported_figure_of_one_place'),
        ),
        migrations.RunSQL(FOR_EVER, NOT_FOR_EVER),
    ]
