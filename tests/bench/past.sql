-- What was known of the tickets of backlog.sql: an opening each, a reply where they are answered, and up to four events
-- of somebody who looked after them, at any time since. All was counted at once.
CREATE TEMP TABLE happened ON COMMIT DROP AS
SELECT id, store_id, queue_id, priority, occurred_at, status, kind, at, actor,
       CASE kind WHEN 'public_reply_sent' THEN '{"author": "agent", "automatic": false}'
                 WHEN 'customer_message_received' THEN '{"automatic": false}'
                 WHEN 'assigned' THEN '{"agent": null, "claimed": false}'
                 WHEN 'note_added' THEN '{}'
                 WHEN 'status_changed' THEN json_build_object('status', status)::text
                 ELSE json_build_object('store', store_id, 'queue', queue_id, 'priority', priority, 'channel', 'api',
                      'tier', '', 'language', 'en', 'tags', ARRAY['wismo'], 'initiated_by', 'customer',
                      'automatic', false)::text END AS payload
  FROM helpdesk_ticket
 CROSS JOIN LATERAL (
       SELECT 'opened', occurred_at, 'customer'
        UNION ALL
       SELECT 'public_reply_sent', occurred_at + (now() - occurred_at) * 0.1, 'agent' WHERE status <> 'new'
        UNION ALL
       SELECT 'status_changed', occurred_at + (now() - occurred_at) * 0.1, 'agent' WHERE status <> 'new'
        UNION ALL
       SELECT (ARRAY['customer_message_received', 'public_reply_sent', 'assigned', 'note_added'])[1 + floor(4 * random())::int],
              occurred_at + (now() - occurred_at) * (0.1 + 0.9 * random()), 'agent'
         FROM generate_series(1, floor(5 * random() + 0 * id)::int)
     ) event (kind, at, actor)
 WHERE status <> 'closed' OR kind = 'opened';

INSERT INTO helpdesk_ticketevent (
    ticket_id, store_id, seq, kind, occurred_at, recorded_at, imported, actor_kind, payload, failures, last_error,
    relayed_at)
SELECT id, store_id, row_number() OVER (PARTITION BY id ORDER BY at, kind <> 'opened', kind), kind, at, at, false, actor,
       payload::jsonb, 0, '', at
  FROM happened ORDER BY at;
