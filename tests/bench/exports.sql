-- All of it was asked within the last thirteen days, under promises that are shipped, and is timed by every report too.
CREATE TEMP TABLE fresh ON COMMIT DROP AS
SELECT id, now() - random() * interval '13 days' AS asked_at FROM helpdesk_ticket;
CREATE UNIQUE INDEX ON fresh (id);
ANALYZE fresh;

UPDATE monitor_clock clock
   SET started_at = fresh.asked_at, ended_at = CASE WHEN ended_at IS NULL THEN NULL ELSE asked_at + interval '2 h' END,
       business = '1 h', wall = '2 h', policy_version_id = promise.id, calendar_version_id = hours.id
  FROM fresh,
       (SELECT min(id) AS id FROM monitor_policyversion) promise,
       (SELECT min(id) AS id FROM monitor_calendarversion) hours
 WHERE clock.ticket_id = fresh.id;

INSERT INTO monitor_clock (
    ticket_id, metric, start_seq, cycle, started_at, basis, breach_kind, ended_at, outcome, business, wall, silent,
    policy_version_id, calendar_version_id)
SELECT ticket_id, report, 1, 1, started_at, '', '', ended_at, outcome, business, wall, false, policy_version_id,
       calendar_version_id
  FROM monitor_clock, (VALUES ('first_any_response'), ('customer_wait'), ('agent_work')) reports (report)
 WHERE metric = 'first_response';
