"""Recounts are jobs like others: one that is not finished goes on as a job where it stood."""

from django.db import migrations


def move_unfinished(apps, schema_editor):
    """Make a job of each recount that is not finished; what is counted of it begins anew."""
    Job = apps.get_model("helpdesk", "Job")
    Recounting = apps.get_model("monitor", "Recounting")
    for asked in Recounting.objects.filter(finished_at=None).order_by("pk"):
        state = {"since": asked.asked_at.isoformat(), "reached": asked.reached}
        Job.objects.create(
            kind="recount",
            arguments={"everything": False},
            asked_at=asked.asked_at,
            started_at=asked.asked_at if asked.reached else None,
            state=state if asked.barrier is None else {**state, "barrier": asked.barrier},
        )


class Migration(migrations.Migration):
    dependencies = [("monitor", "0003_news_leave_by_the_outbox"), ("helpdesk", "0005_job")]

    operations = [
        migrations.RunPython(move_unfinished, migrations.RunPython.noop),
        migrations.DeleteModel("Recounting"),
    ]
