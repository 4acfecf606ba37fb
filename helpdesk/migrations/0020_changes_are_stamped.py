"""A ticket's change is dated by the database, by whatever door it comes: copies elsewhere follow it without a gap.

The stamp is taken once the transaction has its number: readers see by the number who may still write, and since when.
"""

from django.db import migrations

STAMPED = """
    CREATE FUNCTION stamp_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_current_xact_id();
        NEW.updated_at := clock_timestamp();
        RETURN NEW;
    END $$;
    CREATE TRIGGER ticket_change_is_stamped BEFORE INSERT OR UPDATE ON helpdesk_ticket
       FOR EACH ROW EXECUTE FUNCTION stamp_change();
"""


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0019_kept_for")]

    operations = [
        migrations.RunSQL(
            STAMPED,
            "DROP TRIGGER ticket_change_is_stamped ON helpdesk_ticket; DROP FUNCTION stamp_change();",
        ),
    ]
