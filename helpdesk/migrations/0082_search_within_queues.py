"""The queue becomes one of the words that a ticket is narrowed by: all of a question is asked of one index.

Rows that are there are written anew by a job, the newest first; until then those who see some queues alone do not find
them. The column of the queue stays for processes of the version before, which write it. A later version drops it.
"""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations, models
from django.db.models.functions import Now


def begin(apps, schema_editor):
    SearchRow = apps.get_model("helpdesk", "SearchRow")  # noqa: N806  # as the linter of migrations asks
    Job = apps.get_model("helpdesk", "Job")  # noqa: N806
    if SearchRow.objects.exists():
        Job.objects.create(kind="search_rebuild", asked_at=Now())


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0081_mentions_are_mailed")]

    operations = [
        migrations.RemoveIndex("searchrow", "search_row_by_queue_and_word"),
        migrations.RemoveIndex("searchrow", "search_row_by_part_of_head"),
        migrations.AlterField(
            "searchrow",
            "queue",
            models.ForeignKey(
                "helpdesk.queue",
                on_delete=models.DO_NOTHING,
                null=True,
                related_name="+",
                db_index=False,
                db_constraint=False,
            ),
        ),
        migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField("searchrow", "queue")]),
        migrations.AddIndex(
            "searchrow", GinIndex(fields=["words"], gin_pending_list_limit=1024, name="search_row_by_word")
        ),
        migrations.AddIndex(
            "searchrow",
            GinIndex(
                OpClass("head", name="gin_trgm_ops"),
                gin_pending_list_limit=1024,
                name="search_row_by_part_of_head",
            ),
        ),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
