"""News leave by the helpdesk's outbox: what was not sent yet is carried over, under the ids it has."""

from django.db import migrations

# In this order: what is carried over is sealed, since it may have been seen; and no new id is one of the old.
CARRY_OVER = """
    INSERT INTO helpdesk_deliveryaddress (channel, key, left_at)
    SELECT CASE channel WHEN 'mail' THEN 'alert_mail' ELSE 'flag_webhook' END,
           coalesce(queue_id, store_id), max(sent_at)
      FROM monitor_delivery
  GROUP BY 1, 2;

    INSERT INTO helpdesk_delivery (
        id, address_id, opened_at, due_at, gives_up_at, sealed_at, attempts, given_up_at, reached, last_error)
    SELECT old.id, address.id, old.created_at,
           CASE WHEN old.failed_at IS NULL THEN coalesce(old.next_attempt_at, now()) END,
           now() + interval '3 days', old.created_at, old.attempts, old.failed_at, '{}', old.last_error
      FROM monitor_delivery old
      JOIN helpdesk_deliveryaddress address
        ON address.channel = CASE old.channel WHEN 'mail' THEN 'alert_mail' ELSE 'flag_webhook' END
       AND address.key = coalesce(old.queue_id, old.store_id)
     WHERE old.sent_at IS NULL
  ORDER BY old.id;

    INSERT INTO helpdesk_deliveryitem (delivery_id, kind, number)
    SELECT delivery.id, 'news', news.id
      FROM monitor_news news
      JOIN helpdesk_delivery delivery ON delivery.id IN (news.mail_id, news.webhook_id)
  ORDER BY delivery.id, news.id;

    SELECT setval(
        pg_get_serial_sequence('helpdesk_delivery', 'id'),
        (SELECT coalesce(max(id), 0) + 1 FROM monitor_delivery), false);
"""


class Migration(migrations.Migration):
    dependencies = [("monitor", "0002_for_ever"), ("helpdesk", "0003_outbox")]

    operations = [
        migrations.RunSQL(CARRY_OVER, migrations.RunSQL.noop),
        migrations.RemoveIndex(model_name="news", name="news_by_mail"),
        migrations.RemoveIndex(model_name="news", name="news_by_webhook"),
        migrations.RemoveField(model_name="news", name="mail"),
        migrations.RemoveField(model_name="news", name="webhook"),
        migrations.DeleteModel(name="Delivery"),
    ]
