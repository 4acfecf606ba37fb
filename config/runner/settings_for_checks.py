"""The settings as they are, with what only ./dev check needs."""

from config.settings import *  # noqa: F403  # the settings themselves
from config.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "django_migration_linter"]

MIGRATION_LINTER_OPTIONS = {
    "exclude_apps": ["account", "mfa", "usersessions"],  # allauth's own, run on empty tables
    # They drop what they have carried over. Processes of before cannot go on beside them, and none was released.
    "ignore_name": [
        "0003_news_leave_by_the_outbox",
        "0004_recount_is_a_job",
        "0006_standing_by_turn",
        "0017_what_strangers_send",
        "0013_invitations_and_reach",  # a unique index over invitations, of which there are few
        "0025_names_are_told_apart",  # over stores and queues, whose doubles it tells apart beforehand
        "0037_sent_mail",  # what was unique by two columns is, by these and a third
        "0016_names_are_told_apart",  # the same over policies and calendars
        "0025_first_answers",  # the name of a metric may be longer: nothing is written anew
        "0038_room_for_large_numbers",  # the same, for longer ones
        "0018_figures_by_day",  # figures that no page had read, emptied beforehand and made anew
        "0091_one_job_of_a_subject",  # a partial index over jobs under way, of which there is none with a subject yet
    ],
}
