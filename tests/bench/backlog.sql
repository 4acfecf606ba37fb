-- Tickets as a shop has them after two years: most have ended, and the latest are live; they
-- lie in the order in which they came. Of the live ones a share is
-- late and two in a hundred at risk; most have their alarm days ahead, and a fifth wait for the customer or on hold.
CREATE TEMP TABLE drawn ON COMMIT DROP AS
SELECT number, nextval(pg_get_serial_sequence('helpdesk_ticket', 'id')) AS id,
       number > %(tickets)s - %(live)s AS live,
       (%(queues)s::bigint[])[1 + floor(cardinality(%(queues)s::bigint[]) * random() ^ 2)::int] AS queue_id,
       (%(agents)s::bigint[])[1 + floor(2 * cardinality(%(agents)s::bigint[]) * random())::int] AS assignee_id,
       CASE WHEN number > %(tickets)s - %(live)s
            THEN (ARRAY['asked', 'asked', 'asked', 'answered', 'answered', 'answered', 'asked again', 'asked again',
                        'pending', 'on hold'])[1 + floor(10 * random())::int]
            ELSE 'ended' END AS state,
       (ARRAY['low', 'normal', 'normal', 'normal', 'normal', 'high', 'high', 'urgent'])[1 + floor(8 * random())::int]
           AS priority,
       now() - random() * interval '1 h' - CASE
           WHEN number > %(tickets)s - %(live)s THEN (%(tickets)s - number) * interval '30 days' / %(live)s
           ELSE interval '30 days' + (%(tickets)s - %(live)s - number) * interval '700 days' / %(tickets)s END AS asked_at,
       now() + CASE WHEN luck < %(late)s THEN random() * interval '-3 days'
                    WHEN luck < %(late)s + 0.02 THEN random() * interval '2 h'
                    ELSE interval '2 h' + random() * interval '9 days' END AS due_at
  FROM (SELECT number, random() AS luck FROM generate_series(1, %(tickets)s) number) one;
ANALYZE drawn;

CREATE TEMP TABLE asker ON COMMIT DROP AS
SELECT number, nextval(pg_get_serial_sequence('helpdesk_customer', 'id')) AS id
  FROM generate_series(0, %(tickets)s / 3) number;

INSERT INTO helpdesk_customer (id, store_id, external_id, email, email_key, name, locale, timezone, tier)
SELECT id, %(store)s, 'b' || id, 'b' || id || '@example.com', 'b' || id || '@example.com', 'Jon Doe', 'en', 'UTC', ''
  FROM asker;

INSERT INTO helpdesk_ticket (
    id, reference, store_id, queue_id, customer_id, assignee_id, external_id, subject, status, priority, channel, tier,
    language, tags, metadata, occurred_at, received_at, updated_at, last_seq, last_event_at, begun, waiting_since,
    unacknowledged_since)
SELECT drawn.id, 'b' || drawn.id, %(store)s, queue_id, asker.id, assignee_id, 'b' || drawn.id, 'Where is my order?',
       CASE state WHEN 'asked' THEN 'new' WHEN 'pending' THEN 'pending' WHEN 'on hold' THEN 'on_hold'
                  WHEN 'ended' THEN 'closed' ELSE 'open' END,
       priority, 'api', '', 'en', '{wismo}', '{}', asked_at, asked_at, asked_at, 1, asked_at, true,
       CASE WHEN state IN ('asked', 'asked again') THEN asked_at END, CASE WHEN state = 'asked' THEN asked_at END
  FROM drawn JOIN asker ON asker.number = drawn.number / 3;

INSERT INTO helpdesk_message (
    ticket_id, store_id, author, author_name, public, automatic, body, external_id, sent_at, received_at)
SELECT id, %(store)s, author, '', true, false, repeat('I have waited for it since Monday. ', 40), NULL,
       asked_at + later, asked_at + later
  FROM drawn
 CROSS JOIN LATERAL (VALUES ('customer', interval '0'), ('agent', interval '1 h'), ('agent', interval '2 h')
     ) message (author, later)
 WHERE live;

INSERT INTO monitor_clock (
    ticket_id, metric, start_seq, cycle, started_at, basis, target, due_at, risk_at, breach_at, paused_at, remaining,
    breach_kind, ended_at, outcome, business, wall, silent, rings_at)
SELECT id, metric, 1, 1, asked_at, 'wall', target, due, due - target / 4, due, paused_at, remaining,
       CASE WHEN due IS NULL THEN '' ELSE 'due' END, ended_at, CASE WHEN ended_at IS NULL THEN '' ELSE 'met' END,
       '0', '0', false, CASE WHEN ended_at IS NULL THEN least(nullif(greatest(due - target / 4, now()), now()),
                                                             nullif(greatest(due, now()), now())) END
  FROM drawn
 CROSS JOIN LATERAL (VALUES
       ('acknowledgement', ARRAY['asked'], interval '30 min', due_at, NULL, NULL, NULL),
       ('first_response', ARRAY['asked'], interval '8 h', due_at + interval '1 h', NULL, NULL, NULL),
       ('first_response', ARRAY['answered', 'asked again', 'pending', 'on hold', 'ended'], interval '8 h',
        asked_at + interval '8 h', NULL, NULL, asked_at + interval '2 h'),
       ('next_response', ARRAY['asked again'], interval '8 h', due_at, NULL, NULL, NULL),
       ('resolution', ARRAY['asked', 'asked again'], interval '3 days', due_at + interval '2 days', NULL, NULL, NULL),
       ('resolution', ARRAY['answered'], interval '3 days', due_at, NULL, NULL, NULL),
       ('resolution', ARRAY['pending', 'on hold'], interval '3 days', NULL, asked_at + interval '1 h',
        interval '71 h', NULL),
       ('resolution', ARRAY['ended'], interval '3 days', asked_at + interval '3 days', NULL, NULL,
        asked_at + interval '1 day')
     ) clock (metric, states, target, due, paused_at, remaining, ended_at)
 WHERE state = ANY(states);

INSERT INTO monitor_standing (
    ticket_id, store_id, queue_id, assignee_id, environment, status, rank, turn_at, waiting_due_at, due_at, late_at,
    waiting_since, unacknowledged_since, opened_at, risky, nearly_due)
SELECT id, store_id, queue_id, assignee_id, 'live', status,
       array_position(ARRAY['low', 'normal', 'high', 'urgent'], priority::text) - 1,
       coalesce(words_due_at, other_due_at), words_due_at, other_due_at, late_at, waiting_since, unacknowledged_since,
       occurred_at, risky, nearly_due
  FROM helpdesk_ticket ticket
 CROSS JOIN LATERAL (
       SELECT min(due_at) FILTER (WHERE metric <> 'resolution'),
              min(due_at) FILTER (WHERE metric = 'resolution'),
              min(breach_at),
              range_agg(tstzrange(risk_at, breach_at)) FILTER (WHERE breach_at IS NOT NULL),
              range_agg(tstzrange(breach_at - interval '15 min', breach_at)) FILTER (WHERE breach_at IS NOT NULL)
         FROM monitor_clock WHERE ticket_id = ticket.id AND ended_at IS NULL AND superseded_at IS NULL
     ) place (words_due_at, other_due_at, late_at, risky, nearly_due)
 WHERE ticket.id IN (SELECT id FROM drawn WHERE live);
