"""What no constraint can say: a store's environment is given once; events are only ever added."""

from django.db import migrations

STORE_IS_FOR_EVER = """
    CREATE FUNCTION store_environment_is_for_ever() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the environment of a store is given once' USING ERRCODE = 'check_violation';
    END $$;
    CREATE TRIGGER store_environment_is_for_ever BEFORE UPDATE OF environment ON helpdesk_store
       FOR EACH ROW WHEN (old.environment <> new.environment)
       EXECUTE FUNCTION store_environment_is_for_ever();
"""

EVENTS_ARE_FACTS = """
    CREATE FUNCTION ticket_event_is_a_fact() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'a ticket event is never edited' USING ERRCODE = 'check_violation';
    END $$;
    CREATE TRIGGER ticket_event_is_a_fact
    BEFORE UPDATE OF ticket_id, seq, kind, occurred_at, recorded_at, imported, payload ON helpdesk_ticketevent
       FOR EACH ROW EXECUTE FUNCTION ticket_event_is_a_fact();
"""


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0001_initial")]

    operations = [
        migrations.RunSQL(
            STORE_IS_FOR_EVER,
            "DROP TRIGGER store_environment_is_for_ever ON helpdesk_store;"
            "DROP FUNCTION store_environment_is_for_ever();",
        ),
        migrations.RunSQL(
            EVENTS_ARE_FACTS,
            "DROP TRIGGER ticket_event_is_a_fact ON helpdesk_ticketevent;"
            "DROP FUNCTION ticket_event_is_a_fact();",
        ),
    ]
