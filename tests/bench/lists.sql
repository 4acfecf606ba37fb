-- Few of all that has ended: one in fifty of another store, one in a thousand spam, one in thirty with a topic, and one in
-- two hundred resolved because its customer said no word.
UPDATE helpdesk_ticket SET store_id = %(other)s WHERE status = 'closed' AND id %% 50 = 1;
UPDATE helpdesk_ticket SET status = 'spam' WHERE status = 'closed' AND id %% 1000 = 2;
UPDATE helpdesk_ticket SET topic_id = %(topic)s WHERE status = 'closed' AND store_id = %(first)s AND id %% 30 = 3;

INSERT INTO helpdesk_ticketevent (
    ticket_id, store_id, seq, kind, occurred_at, recorded_at, imported, actor_kind, payload, failures, last_error,
    relayed_at)
SELECT id, store_id, 2, 'resolved', occurred_at + interval '9 days', occurred_at + interval '9 days', false, 'system',
       '{"reason": "silence"}', 0, '', now()
  FROM helpdesk_ticket WHERE status = 'closed' AND id %% 200 = 4;
