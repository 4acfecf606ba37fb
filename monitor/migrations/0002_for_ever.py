"""What no constraint can say: versions are never edited; and how the busiest tables are kept tidy."""

from django.db import migrations

VERSIONS_ARE_NEVER_EDITED = """
    CREATE FUNCTION version_is_never_edited() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'a version is never edited: publish another' USING ERRCODE = 'check_violation';
    END $$;
    CREATE TRIGGER policy_version_is_never_edited
    BEFORE UPDATE OF policy_id, version, position, effective_at, scope, calendar_id, rules, retired
        ON monitor_policyversion FOR EACH ROW EXECUTE FUNCTION version_is_never_edited();
    CREATE TRIGGER calendar_version_is_never_edited
    BEFORE UPDATE OF calendar_id, version, effective_at, spec
        ON monitor_calendarversion FOR EACH ROW EXECUTE FUNCTION version_is_never_edited();
"""

MAY_BE_EDITED = """
    DROP TRIGGER policy_version_is_never_edited ON monitor_policyversion;
    DROP TRIGGER calendar_version_is_never_edited ON monitor_calendarversion;
    DROP FUNCTION version_is_never_edited();
"""

# Alarms move on in place: room on each page, and vacuums that come by share of change, keep the index small.
KEEP_TIDY = """
    ALTER TABLE monitor_clock SET (
        fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
    ALTER TABLE monitor_standing SET (
        fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
    ALTER TABLE monitor_lifesign SET (fillfactor = 50);
"""

AS_USUAL = """
    ALTER TABLE monitor_clock RESET (
        fillfactor, autovacuum_vacuum_scale_factor, autovacuum_analyze_scale_factor);
    ALTER TABLE monitor_standing RESET (
        fillfactor, autovacuum_vacuum_scale_factor, autovacuum_analyze_scale_factor);
    ALTER TABLE monitor_lifesign RESET (fillfactor);
"""


class Migration(migrations.Migration):
    dependencies = [("monitor", "0001_initial")]

    operations = [
        migrations.RunSQL(VERSIONS_ARE_NEVER_EDITED, MAY_BE_EDITED),
        migrations.RunSQL(KEEP_TIDY, AS_USUAL),
    ]
