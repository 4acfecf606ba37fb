"""Django's settings. What comes from outside is listed, with its meaning, in `config/variables.py`."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _
from environs import Env

from config import addresses, backends, exposure, variables
from config.logs import logging_settings
from config.secret import key_ring, secret_key

env = Env()
VAR = addresses.var()

# Who we are, and to whom we answer

HOST = exposure.host()
ON_LOOPBACK = exposure.on_loopback()
PUBLIC_URL = exposure.public_url()
OVER_TLS = PUBLIC_URL.startswith("https://")
ALLOWED_HOSTS = sorted({urlsplit(PUBLIC_URL).hostname or "localhost", "localhost", "127.0.0.1", "[::1]"})
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
SECRET_KEY = secret_key(env.str("SECRET_KEY", ""), keep_in=VAR / "secret.key")
KEY_RING = key_ring(env.list("ATTEND_SECRET_KEYS", []), last=SECRET_KEY)
DEBUG = env.bool("DEBUG", False)

# What there is

INSTALLED_APPS = [
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "helpdesk",
    "monitor",
    "config",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "drf_spectacular_sidecar",
    "rest_framework",
]
MIDDLEWARE = [
    "config.health.healthz_by_any_name",
    "helpdesk.api.middleware.ProblemsOnly",
    "django.middleware.security.SecurityMiddleware",
    "helpdesk.pages.frame.gate.content_policy.content_security_policy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "helpdesk.pages.frame.gate.cache_policy.kept_by_nobody",
    "helpdesk.pages.frame.gate.legible_request.LegibleRequest",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "helpdesk.pages.frame.viewer.viewer_middleware",
    "helpdesk.pages.frame.last_seen.last_seen",
    "helpdesk.pages.frame.gate.second_factor_gate.second_factor_first",
    "helpdesk.pages.frame.gate.bare_refusals.a_page_for_each",
    "helpdesk.pages.frame.exports.export_notes.exports_are_noted",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "helpdesk.pages.frame.shell.shell",
            ]
        },
    }
]

# The seam: what the helpdesk is told of the monitor, by name alone

TICKET_EVENT_RELAYS = ["monitor.relay.relay.apply"]
TICKET_BELLS = ["helpdesk.live.doorbell.ring"]
LIVE_SOURCES = ["helpdesk.live.ticket_changes.TICKETS", "monitor.alarms.flag_changes.FLAGS"]
AGENT_DEPARTURES = ["monitor.alarms.flags.put_back"]
QUEUE_SUCCESSIONS = ["monitor.alerts.digest_mornings.follow_queue", "monitor.excusals.freezing.follow_queue"]
CUSTOMER_ERASURES = ["monitor.excusals.forgotten_words.forget_customer"]
PLACES_NAMED_BY = ["monitor.promises.place_conditions.policies_naming"]
PLACES_KEPT_BY = ["monitor.excusals.frozen_places.freezes_naming"]
WORKING_DAYS = "monitor.promises.hours.working_days.working_days"
TICKET_PANELS = [
    "helpdesk.pages.ticket.custody.custody_actions.panel",
    "monitor.pages.clock_strip.clock_strip",
]
TICKET_CLOCKS = "monitor.pages.clock_strip.clocks_in_short"
TICKET_FILTERS = [
    "monitor.pages.list_filters.narrow_by_clocks",
    "monitor.pages.list_filters.narrow_by_resolution",
    "monitor.pages.list_filters.narrow_by_age",
    "monitor.pages.list_filters.narrow_by_place",
    "monitor.pages.board.delivery_page.narrow",
]
PROMISED_METRICS = "monitor.models.METRIC_LABELS"
ANSWER_PROMISED_AT = "monitor.promises.customer_promise.promised_at"
ANSWER_PROMISE_WORDS = "monitor.promises.customer_promise.in_words"
SAVED_VIEW_ROWS = {
    "queue": "monitor.pages.saved_queue.rows",
    "tickets": "helpdesk.pages.lists.ticket_list.rows",
}
NEXT_TICKET = "monitor.queue.queue_order.next_candidates"
LISTED_TICKETS = "monitor.pages.queue_address.listed"
UNATTENDED_TICKET = "monitor.queue.unattended.unattended"
PAGE_BANNERS = [
    "helpdesk.pages.ticket.answering.held_banner.banner",
    "monitor.pages.late_banner.banner",
    "helpdesk.pages.setup.outbox_banner.banner",
    "helpdesk.pages.setup.mail_banner.banner",
    "helpdesk.pages.frame.demo_banner.banner",
]
API_TICKET_EXTENSION = "monitor.api.clock_views.watched"
OUTBOX_CHANNELS = {
    "alert_mail": "monitor.alerts.alert_mail.CHANNEL",
    "digest_mail": "monitor.alerts.digest_mail.CHANNEL",
    "mention_mail": "helpdesk.conversation.mentions.mention_mail.CHANNEL",
    "password_link": "helpdesk.access.password_links.CHANNEL",
    "flag_webhook": "monitor.alerts.flag_webhook.CHANNEL",
    "conversation_webhook": "helpdesk.webhooks.conversation_webhook.CHANNEL",
    "mail_trouble": "helpdesk.mail.trouble.trouble_mail.CHANNEL",
    "reply_mail": "helpdesk.mail.leaving.reply_channel.CHANNEL",
}
OUTBOX_SOURCES = [
    "monitor.alerts.news_delivery.make_out",
    "monitor.alerts.digest_mornings.make_out",
    "helpdesk.webhooks.fact_delivery.make_out",
    "helpdesk.conversation.mentions.mention_mail.make_out",
]
API_ROUTES = ["helpdesk.api.routes.ROUTES", "monitor.api.routes.ROUTES"]
API_WEBHOOKS = ["monitor.api.routes.WEBHOOKS", "helpdesk.api.routes.WEBHOOKS"]
JOB_KINDS = {
    "bulk": "helpdesk.tickets.bulk.bulk_job.BULK",
    "recount": "monitor.relay.recount_job.RECOUNT",
    "mailbox_history": "helpdesk.mail.history_job.MAILBOX_HISTORY",
    "search_rebuild": "helpdesk.search.search_rebuild.SEARCH_REBUILD",
    "rollup_rebuild": "monitor.reports.rollup.rebuild_job.ROLLUP_REBUILD",
    "trial": "monitor.promises.trial.trial_job.TRIAL",
    "second_opinion": "monitor.opinion.opinion_count.SECOND_OPINION",
    "queue_merge": "helpdesk.queues.queue_merge.QUEUE_MERGE",
    "month_closing": "monitor.reports.months.month_job.MONTH_CLOSING",
}

# Where things are kept

DATABASES = {"default": backends.database(env.str("DATABASE_URL", "") or addresses.database_url(VAR))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.str("REDIS_URL", "") or addresses.redis_url(VAR)
REDIS_PREFIX = env.str("ATTEND_REDIS_PREFIX", "attend:")
CACHES = {"default": {"BACKEND": "helpdesk.access.used_codes.UsedCodes"}}
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["png", "ico", "woff", "woff2", "gz", "br", "map"]
STORAGES = backends.files(
    hashed=not DEBUG, attachments=Path(env.str("ATTEND_FILES_DIR", "") or VAR / "files")
)
LOGGING = logging_settings(
    as_json=env.str("ATTEND_LOG", "console") == "json",
    level=env.str("ATTEND_LOG_LEVEL", "INFO", validate=variables.LOG_LEVEL),
)
LOGGING_CONFIG = "config.logs.configure"

# Who may come in

AUTH_USER_MODEL = "helpdesk.Agent"
AUTHENTICATION_BACKENDS = ["helpdesk.access.logins.Logins"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
ACCOUNT_ADAPTER = "helpdesk.access.account_adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD, ACCOUNT_LOGIN_METHODS, ACCOUNT_EMAIL_VERIFICATION = None, {"email"}, "none"
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
ACCOUNT_RATE_LIMITS = False  # guesses are counted by `helpdesk.access.guesses`
ACCOUNT_SESSION_REMEMBER, ACCOUNT_REAUTHENTICATION_TIMEOUT = True, 15 * 60
MFA_ADAPTER, MFA_ALLOW_UNVERIFIED_EMAIL = "helpdesk.access.second_factor.SecondFactorAdapter", True
MFA_SUPPORTED_TYPES, MFA_TOTP_TOLERANCE = ["totp", "recovery_codes"], 1
SECOND_FACTOR_OF = env.str("ATTEND_SECOND_FACTOR", "nobody", validate=variables.WHOSE_SECOND_FACTOR)
PASSWORD_RESET_TIMEOUT = int(timedelta(hours=1).total_seconds())
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "queue"
LOGOUT_REDIRECT_URL = "login"
SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = OVER_TLS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if OVER_TLS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "helpdesk.pages.frame.refused_form.forgery_suspected"
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
}

# Words and hours

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ta", _("Tamil")), ("he", _("Hebrew"))]
LOCALE_PATHS = [addresses.ROOT / "locale"]

# Mail, and the dead man's switch

vars().update(backends.mail(env.str("ATTEND_EMAIL_URL", "file:"), files=VAR / "mail"))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("ATTEND_MAIL_FROM", "attend@localhost")
PING_URL = env.str("ATTEND_PING_URL", "", validate=variables.WEB_ADDRESS_OR_NONE)
WEBHOOK_TRUSTED_NETWORKS: list[str] = env.list("ATTEND_WEBHOOK_NETWORKS", [])
OPINION_ADDRESSES = {name: f"https://%s.{name}.com" for name in ("zendesk", "freshdesk", "gorgias")}

# Providers whose mailboxes are signed in to by consent

MAIL_PROVIDERS = "helpdesk.mail.consent.mail_providers.PROVIDERS"
MAIL_PROVIDER_CLIENTS = backends.mail_provider_clients(
    google=(env.str("ATTEND_GOOGLE_CLIENT_ID", ""), env.str("ATTEND_GOOGLE_CLIENT_SECRET", "")),
    microsoft=(env.str("ATTEND_MICROSOFT_CLIENT_ID", ""), env.str("ATTEND_MICROSOFT_CLIENT_SECRET", "")),
)
MICROSOFT_TENANT = env.str("ATTEND_MICROSOFT_TENANT", "common", validate=variables.TENANT)

# How much, how far, how often

API_MAX_BODY = DATA_UPLOAD_MAX_MEMORY_SIZE = env.int(
    "ATTEND_MAX_BODY", 5 * 1024 * 1024, validate=variables.COUNT
)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 25_000  # of a form: hours of four places with a thousand dates each
MAIL_MAX_SIZE = env.int("ATTEND_MAX_MAIL", 40_000_000, validate=variables.COUNT)
CLAMD = env.str("ATTEND_CLAMD", "", validate=variables.SCANNER_OR_NONE)
FILE_MAX_SIZE = env.int("ATTEND_MAX_FILE", 10_485_760, validate=variables.COUNT)
FILES_MAX_SIZE = env.int("ATTEND_MAX_FILES", 26_214_400, validate=variables.COUNT)
MAIL_PER_SENDER = env.int("ATTEND_MAIL_PER_SENDER", 30, validate=variables.COUNT)
MAIL_FORM_SENDERS: list[str] = env.list("ATTEND_FORM_SENDERS", [])
BODY_LIMITS = {
    # by path; any other body is bounded by API_MAX_BODY
    "/api/v1/mail": MAIL_MAX_SIZE,
    "/api/v1/attachments": FILE_MAX_SIZE,
    r"/tickets/[^/]+/attachments/": API_MAX_BODY + FILE_MAX_SIZE,
    "/second-opinion/": API_MAX_BODY + FILES_MAX_SIZE,
    r"/tickets/(new|[^/]+/(answers|inquiries|messages(/\d+/answer)?)(/preview)?)/": API_MAX_BODY
    + FILES_MAX_SIZE,
}
LARGE_BODY_SECONDS = env.float("ATTEND_LARGE_BODY_SECONDS", 120.0, validate=variables.SPAN)
BODY_SECONDS = env.float("ATTEND_BODY_SECONDS", 10.0, validate=variables.SPAN)
API_RATE_QUOTA = env.int("ATTEND_RATE_QUOTA", 6000, validate=variables.COUNT_OR_NONE)
API_RATE_WINDOW = env.int("ATTEND_RATE_WINDOW", 60, validate=variables.COUNT)
MAX_ACT_BACKDATE = timedelta(hours=env.float("ATTEND_MAX_ACT_BACKDATE", 24.0, validate=variables.SPAN))
REPLY_DELAYED_AFTER = timedelta(
    seconds=env.float("ATTEND_REPLY_DELAYED_AFTER", 300.0, validate=variables.SPAN)
)
HOLD_REPLIES = timedelta(seconds=env.float("ATTEND_HOLD_SECONDS", 10.0, validate=variables.SPAN))
MENTIONS_MAILED_AFTER = timedelta(
    seconds=env.float("ATTEND_MENTION_MAIL_SECONDS", 300.0, validate=variables.SPAN)
)
CLAIM_LASTS = timedelta(minutes=env.float("ATTEND_CLAIM_MINUTES", 30.0, validate=variables.SPAN))
REPORTS_ZONE = env.str("ATTEND_REPORTS_ZONE", "UTC", validate=variables.ZONE)
UNDO_WITHIN = timedelta(seconds=env.float("ATTEND_UNDO_SECONDS", 300.0, validate=variables.SPAN))
ALARM_CHANNEL = "attend_alarm"
DELIVERIES_KEPT_FOR = timedelta(days=env.float("ATTEND_KEEP_DELIVERIES", 30.0, validate=variables.SPAN))
MAIL_KEPT_FOR = timedelta(days=env.float("ATTEND_KEEP_MAIL", 90.0, validate=variables.SPAN))
DRAFTS_KEPT_FOR = timedelta(days=env.float("ATTEND_KEEP_DRAFTS", 90.0, validate=variables.SPAN))
TRIALS_KEPT_FOR = timedelta(days=env.float("ATTEND_KEEP_TRIALS", 30.0, validate=variables.SPAN))
JOBS_KEPT_FOR = timedelta(days=env.float("ATTEND_KEEP_JOBS", 90.0, validate=variables.SPAN))
HEARTBEAT_BATCH = env.int("ATTEND_HEARTBEAT_BATCH", 500, validate=variables.COUNT)
LIVE_STREAMS = env.int("ATTEND_LIVE_STREAMS", 1000, validate=variables.COUNT_OR_NONE)
WEB_THREADS = env.int("ATTEND_WEB_THREADS", 16, validate=variables.COUNT)
ATTEND_DEMO = exposure.demo_wanted()
DEMO_IS_OPEN = ATTEND_DEMO and ON_LOOPBACK  # else its logins and keys, which everybody knows, open nothing
DEMO_MAIL_PORTS: list[int] = env.list("ATTEND_DEMO_MAIL", [], subcast=int) if DEMO_IS_OPEN else []
SEEDERS = ["monitor.promises.defaults.ensure_defaults", "helpdesk.demo.shop.seed"]
