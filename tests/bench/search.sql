-- Tickets of two years, each with one message of some sixty words, and the row by which it is found.
-- Words are as common as those of a language: of 20,000 the first is in nearly every message, the last in almost none.

CREATE TEMP TABLE drawn ON COMMIT DROP AS
SELECT number, nextval('helpdesk_ticket_id_seq') AS id, nextval('helpdesk_message_id_seq') AS message_id,
       nextval('helpdesk_customer_id_seq') AS customer_id,
       (%(queues)s::bigint[])[1 + floor(cardinality(%(queues)s::bigint[]) * random())::int] AS queue_id,
       now() - interval '700 days' * (1 - number::float / %(tickets)s) AS asked_at,
       ARRAY(SELECT 'word' || floor(20000 ^ random())::int FROM generate_series(1, 60) WHERE number > 0) AS said
  FROM generate_series(1, %(tickets)s) number;

INSERT INTO helpdesk_customer (id, store_id, external_id, email, email_key, name, locale, timezone, tier)
SELECT customer_id, %(store)s, 'c' || number, 'c' || number || '@example.com', 'c' || number || '@example.com',
       'Jon Doe', 'en', 'UTC', ''
  FROM drawn;

INSERT INTO helpdesk_ticket (
    id, reference, store_id, queue_id, customer_id, external_id, subject, status, priority, channel, tier, language,
    tags, metadata, occurred_at, received_at, updated_at, last_seq, last_event_at, begun)
SELECT id, 'b' || id, %(store)s, queue_id, customer_id, 'ORD-' || number, 'Question ' || said[1], 'closed', 'normal',
       'api', '', 'en', '{}', '{}', asked_at, asked_at, asked_at, 1, asked_at, true
  FROM drawn;

INSERT INTO helpdesk_message (id, ticket_id, store_id, author, author_name, public, automatic, body, sent_at, received_at)
SELECT message_id, id, %(store)s, 'customer', '', true, false, array_to_string(said, ' '), asked_at, asked_at FROM drawn;

INSERT INTO helpdesk_searchrow (ticket_id, stamp, asked_at, heads, words, head, is_cut)
SELECT id, asked_at, asked_at, array_to_tsvector(heads),
       array_to_tsvector(heads || said || %(facets)s::text[] || ('/q' || queue_id) || ('/m' || to_char(asked_at, 'YYYYMM'))
                         || ARRAY(SELECT '/a' || step || '.' || (id >> step) FROM unnest(%(steps)s::int[]) step)),
       'ord-' || number || E'\njon doe\nc' || number || E'@example.com\nquestion ' || said[1], false
  FROM drawn
 CROSS JOIN LATERAL (SELECT ARRAY['ord', number::text, 'ord' || number, 'jon', 'doe', 'c' || number, 'example', 'com',
                                  'c' || number || '@example.com', 'question', said[1]] AS heads) one;
