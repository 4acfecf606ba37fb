"""Every environment variable that Attend reads, and what it means. Nothing else is configured from outside."""

from __future__ import annotations

from typing import Final
from zoneinfo import available_timezones

from environs import validate

COUNT: Final = validate.Range(min=1, max=10**9)
COUNT_OR_NONE: Final = validate.Range(min=0, max=10**9)
SPAN: Final = validate.Range(min=0, max=10**5)
"""Of days, hours or seconds: what is longer can be taken off no date."""
LOG_LEVEL: Final = validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR"])
SCANNER_OR_NONE: Final = validate.Regexp(
    r"(unix:/\S+|tcp://[^\s/:]+:[0-9]+)?\Z", error="Write unix:/path or tcp://host:port"
)
WEB_ADDRESS_OR_NONE: Final = validate.Regexp(r"(https?://\S+)?\Z", error="Write http://… or https://…")
TENANT: Final = validate.Regexp(r"[\w.-]+\Z", error="Write its ID, or its domain")

WHOSE_SECOND_FACTOR: Final = validate.OneOf(["nobody", "admins", "overseers", "everybody"])

ZONE: Final = validate.OneOf(
    sorted(available_timezones()), error="Write the name of a time zone, as Europe/Berlin"
)

VARIABLES: dict[str, str] = {
    "DATABASE_URL": "PostgreSQL 15 or later, as a URL. Without it, `./dev` runs an embedded server.",
    "REDIS_URL": "Redis 7, Valkey 8 or later, as a URL. Without it, `./dev` runs an embedded server.",
    "PORT": "Port of the web server of `./dev run`; 8000.",
    "HOST": "Address that the web server of `./dev run` listens on; 127.0.0.1.",
    "SECRET_KEY": "Signs sessions and links; 32 characters or more. Without it, one is made and kept in ATTEND_VAR.",
    "ATTEND_SECRET_KEYS": "Keys that close passwords of mailboxes, the newest first, as KEY,KEY; SECRET_KEY.",
    "ATTEND_SECOND_FACTOR": "Who needs a second factor to log in: admins, overseers (with them) or everybody; nobody.",
    "DEBUG": "1 shows tracebacks and reloads templates. Never in production.",
    "ATTEND_URL": "The address that people use, such as https://help.example.com; with https, cookies need it.",
    "ATTEND_PROXIES": "Proxies, as 127.0.0.1,10.0.0.0/8, whose X-Forwarded-For is believed; none.",
    "ATTEND_VAR": "Directory for everything that is written: servers' data, mail, static files, keys; `var`.",
    "ATTEND_DEMO": "0 switches off the demo shop of `./dev run`; 1 by default where HOST and ATTEND_URL are loopback.",
    "ATTEND_DEMO_MAIL": "Ports of the demo's mail server, SMTP and IMAP, as 2525,1143; `./dev run` sets it. None.",
    "ATTEND_EMAIL_URL": "smtp://user:password@host:587?tls=1, console: or file: (the default, into ATTEND_VAR/mail).",
    "ATTEND_MAIL_FROM": "Sender of mail; attend@localhost.",
    "ATTEND_GOOGLE_CLIENT_ID": "ID of Attend as Google knows it, for mailboxes that are signed in to by consent; none.",
    "ATTEND_GOOGLE_CLIENT_SECRET": "The secret of that.",
    "ATTEND_MICROSOFT_CLIENT_ID": "Application ID of Attend's registration with Microsoft Entra; none.",
    "ATTEND_MICROSOFT_CLIENT_SECRET": "The value of its secret.",
    "ATTEND_MICROSOFT_TENANT": "ID or domain of the tenant that it is registered for alone; common.",
    "ATTEND_PING_URL": "Fetched after each healthy sweep, for a dead man's switch elsewhere.",
    "ATTEND_WEBHOOK_NETWORKS": "Private networks, as 10.0.0.0/8,…, that webhooks may go to; none.",
    "ATTEND_LOG": "`console` or `json`; console.",
    "ATTEND_LOG_LEVEL": "DEBUG, INFO, WARNING or ERROR; INFO.",
    "ATTEND_RATE_QUOTA": "Requests that one API key may make within ATTEND_RATE_WINDOW; 6000, 0 for no limit.",
    "ATTEND_RATE_WINDOW": "Seconds; 60.",
    "ATTEND_MAX_BODY": "Bytes of the largest request body; 5242880.",
    "ATTEND_MAX_MAIL": "Bytes of the largest mail that is taken: 25 MiB of files, as mail encodes them; 40000000.",
    "ATTEND_FILES_DIR": "Directory of files on messages, which no web server serves; `files` in ATTEND_VAR.",
    "ATTEND_CLAMD": "ClamAV's daemon, as unix:/run/clamav/clamd.ctl or tcp://127.0.0.1:3310; none.",
    "ATTEND_MAX_FILE": "Bytes of the largest file on a message; 10485760.",
    "ATTEND_MAX_FILES": "Bytes of all files of one message together; 26214400.",
    "ATTEND_MAIL_PER_SENDER": "Mails of one address within an hour beyond which the rest is set aside; 30.",
    "ATTEND_FORM_SENDERS": "Senders of contact forms beside those shipped, as forms@shop.example,@forms.example; none.",
    "ATTEND_MAX_ACT_BACKDATE": "Hours that an answer or another act on a live ticket may be dated back; 24.",
    "ATTEND_CLAIM_MINUTES": "Minutes after which a claim returns to the queue if nothing was done on it; 30, 0: never.",
    "ATTEND_MENTION_MAIL_SECONDS": "Seconds after which who was mentioned and has not looked is mailed; 300, 0: never.",
    "ATTEND_REPORTS_ZONE": "Time zone of the days and hours that figures are summed up by, as Europe/Berlin; UTC.",
    "ATTEND_UNDO_SECONDS": "Seconds within which an agent may undo what they did last on a ticket; 300.",
    "ATTEND_HOLD_SECONDS": "Seconds for which an agent can take back a reply that leaves by mail; 10, 0 for none.",
    "ATTEND_REPLY_DELAYED_AFTER": "Seconds after which a reply that no server has accepted stops no clock; 300.",
    "ATTEND_BODY_SECONDS": "Seconds within which the head of a request, and then its body, has to arrive; 10.",
    "ATTEND_LARGE_BODY_SECONDS": "Seconds within which a body with files, or a mail, has to arrive; 120.",
    "ATTEND_KEEP_DELIVERIES": "Days for which deliveries that are over are kept; 30.",
    "ATTEND_KEEP_MAIL": "Days for which mail is kept as it came; 90.",
    "ATTEND_KEEP_TRIALS": "Days for which dry runs keep the tickets that they counted; 30.",
    "ATTEND_KEEP_JOBS": "Days for which jobs that are over are kept; 90.",
    "ATTEND_KEEP_DRAFTS": "Days for which what was typed and never sent is kept; 90.",
    "ATTEND_HEARTBEAT_BATCH": "Tickets and alarms that one heartbeat takes at a time; 500.",
    "ATTEND_REDIS_PREFIX": "What every key in Redis begins with; `attend:`.",
    "ATTEND_WEB_PROCESSES": "Processes of the web server; 2.",
    "ATTEND_WEB_THREADS": "Threads of each of them that answer requests; 16.",
    "ATTEND_LIVE_STREAMS": "Browsers that one web process tells of changes at once; 1000, 0: pages ask by themselves.",
    "ATTEND_WORKERS": "Processes of the Celery worker of `./dev run` that flags; 2.",
    "ATTEND_PG_BINDIR": "Directory of PostgreSQL's programs: the server to embed, and those that back it up.",
    "ATTEND_VALKEY_BIN": "Valkey or Redis binary to embed.",
    "ATTEND_SHARED_DATA": "Directory of optional test data; tests that need it are skipped where it is absent.",
    "ATTEND_VENV": "Directory of the virtual environment that `./dev` makes; `.venv`.",
}
