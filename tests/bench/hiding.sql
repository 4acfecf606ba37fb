-- Of the tickets of backlog.sql and past.sql: replies that ended first responses, in time or late; and a few to which
-- one of the acts was done that may hide lateness.
UPDATE monitor_clock clock
   SET ended_at = event.occurred_at, end_seq = event.seq, breach_kind = 'due',
       outcome = CASE WHEN event.occurred_at > clock.started_at + interval '4 h' THEN 'late' ELSE 'met' END,
       due_at = clock.started_at + interval '4 h', breach_at = clock.started_at + interval '4 h'
  FROM (SELECT DISTINCT ON (ticket_id) ticket_id, seq, occurred_at FROM helpdesk_ticketevent
         WHERE kind = 'public_reply_sent' ORDER BY ticket_id, seq) event
 WHERE clock.ticket_id = event.ticket_id AND clock.metric = 'first_response' AND clock.outcome = 'met';

UPDATE monitor_clock SET breach_at = NULL, breach_kind = '' WHERE metric = 'first_response' AND outcome = 'met';

WITH changed AS (
    INSERT INTO helpdesk_ticketevent (
        ticket_id, store_id, seq, kind, occurred_at, recorded_at, imported, actor_kind, payload, failures, last_error,
        relayed_at)
    SELECT ticket.id, store_id, last.seq + 1, kind, at, at, false, 'agent', payload, 0, '', at
      FROM helpdesk_ticket ticket
     CROSS JOIN LATERAL (SELECT max(seq) AS seq FROM helpdesk_ticketevent WHERE ticket_id = ticket.id) last
     CROSS JOIN LATERAL (VALUES
           (1, interval '225 min', 'priority_changed', '{"priority": "low"}'::jsonb),
           (2, interval '225 min', 'queue_changed', jsonb_build_object('queue', queue_id)),
           (3, interval '225 min', 'status_changed', '{"status": "pending"}'),
           (4, interval '0', 'public_reply_sent', '{"author": "agent", "automatic": false}')
         ) change (turn, later, kind, payload)
     CROSS JOIN LATERAL (SELECT occurred_at + later AS at) instant
     WHERE ticket.id % 30 = turn AND at < now() AND last.seq IS NOT NULL
 RETURNING ticket_id, seq
)
UPDATE helpdesk_ticket SET last_seq = changed.seq FROM changed WHERE changed.ticket_id = helpdesk_ticket.id;
