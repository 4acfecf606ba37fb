"""What we bring to Celery: a beat, a consumer, and one line for each minute of an outage."""
