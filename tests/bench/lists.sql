-- Few of all that has ended: one in fifty of another store, one in a thousand spam, one in thirty with a topic, and one in
-- two hundred resolved because its customer said no word. One in forty has a tier, one in a hundred another language, one in a
-- thousand came by telephone, and one in five of all had a second question, which was answered within a day, or late.
UPDATE helpdesk_ticket SET store_id = %(other)s WHERE status = 'closed' AND id %% 50 = 1;
UPDATE helpdesk_ticket SET status = 'spam' WHERE status = 'closed' AND id %% 1000 = 2;
UPDATE helpdesk_ticket SET topic_id = %(topic)s WHERE status = 'closed' AND store_id = %(first)s AND id %% 30 = 3;
UPDATE helpdesk_ticket SET tier = 'vip' WHERE status = 'closed' AND id %% 40 = 5;
UPDATE helpdesk_ticket SET language = 'he' WHERE status = 'closed' AND id %% 100 = 6;
UPDATE helpdesk_ticket SET channel = 'phone' WHERE status = 'closed' AND id %% 1000 = 7;

INSERT INTO monitor_clock (
    ticket_id, metric, start_seq, cycle, started_at, basis, target, due_at, breach_at, breach_kind, ended_at, outcome,
    business, wall, silent)
SELECT id, 'next_response', 2, 1, occurred_at + interval '3 h', 'wall', interval '8 h', occurred_at + interval '11 h',
       occurred_at + interval '11 h', 'due', occurred_at + interval '4 h' + id %% 12 * interval '1 h',
       CASE WHEN id %% 12 < 7 THEN 'met' ELSE 'late' END, '0', '0', false
  FROM helpdesk_ticket WHERE status = 'closed' AND id %% 5 = 0;

INSERT INTO helpdesk_ticketevent (
    ticket_id, store_id, seq, kind, occurred_at, recorded_at, imported, actor_kind, payload, failures, last_error,
    relayed_at)
SELECT id, store_id, 2, 'resolved', occurred_at + interval '9 days', occurred_at + interval '9 days', false, 'system',
       '{"reason": "silence"}', 0, '', now()
  FROM helpdesk_ticket WHERE status = 'closed' AND id %% 200 = 4;
