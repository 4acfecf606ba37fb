"""A name that is data, of whatever direction, turns no sentence: in a template it stands in `<bdi>`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config.addresses import ROOT

OURS = {
    "acknowledged_within", "after", "again", "all", "answered", "answered_within", "at", "before", "begins", "broken",
    "calendar_version", "came", "changed", "count", "data", "days", "decided", "done", "each", "end", "environment",
    "environment_name", "excused", "excuses", "grown", "high", "in_time", "lasts", "late", "left", "line", "low",
    "made", "may", "mean", "metric", "month", "more", "most", "most_days", "n", "number", "ours", "p50", "p90",
    "people", "percent", "present", "promised", "resolved", "role", "rules", "share", "shown", "shrunk", "since",
    "span", "target", "their_time", "theirs", "then", "tickets", "time", "total", "trouble", "until", "usually",
    "vendor", "version", "wall", "went", "what", "when", "whole", "zone_data",
}  # fmt: skip
"""What is a number, a time, or a word of our own; `what` is one wherever it stands on a page."""

SENTENCE = re.compile(
    r"{%\s*blocktranslate\b(?P<how>[^%]*)%}(?P<words>.*?){%\s*endblocktranslate\s*%}", re.DOTALL
)
ISOLATED = re.compile(r"<bdi[^>]*>.*?</bdi>|<[^>]+>", re.DOTALL)
"""What turns nothing around it: what stands by itself, and what is within a tag."""

NO_TAGS = ('="', "{% block title %}")
"""After these comes what can hold no tag: an attribute, and a page's title."""


def pages() -> list[Path]:
    return [page for app in ("helpdesk", "monitor") for page in (ROOT / app / "templates").rglob("*.html")]


def read_out(template: str) -> set[str]:
    """Return the names of what is an attribute: it is read out, and holds no tag."""
    return set(re.findall(r'="{{ (\w+) }}"', template))


def bare_names(template: str, attributes: set[str]) -> set[str]:
    """Return the names outside of `<bdi>` in sentences that are shown."""
    shown = (one for one in SENTENCE.finditer(template) if not _is_attribute(one, attributes))
    return {name for one in shown for name in re.findall(r"{{\s*(\w+)", ISOLATED.sub("", one["words"]))}


def _is_attribute(sentence: re.Match[str], attributes: set[str]) -> bool:
    kept = re.search(r"asvar (\w+)", sentence["how"])
    before = sentence.string[: sentence.start()].rstrip()
    return kept[1] in attributes if kept else before.endswith(NO_TAGS)


def test_every_name_in_a_sentence_stands_by_itself() -> None:
    templates = {str(page.relative_to(ROOT)): page.read_text() for page in pages()}
    attributes = set[str]().union(*map(read_out, templates.values()))

    found = {page: bare_names(template, attributes) - OURS for page, template in templates.items()}

    assert {page: names for page, names in found.items() if names} == {}


@pytest.mark.parametrize(
    ("template", "names"),
    [
        ("{% blocktranslate %}By {{ policy }}{% endblocktranslate %}", {"policy"}),
        ("{% blocktranslate %}By <bdi>{{ policy }}</bdi>{% endblocktranslate %}", set()),
        ('{% blocktranslate %}<a href="{{ page }}">By</a>{% endblocktranslate %}', set()),
        ("{% block title %}\n{% blocktranslate %}By {{ policy }}{% endblocktranslate %}", set()),
        ('<b aria-label="{% blocktranslate %}By {{ policy }}{% endblocktranslate %}">', set()),
        ('{% blocktranslate asvar x %}By {{ who }}{% endblocktranslate %}<b title="{{ x }}">', set()),
        ("{% blocktranslate asvar x %}By {{ who }}{% endblocktranslate %}{{ x }}", {"who"}),
    ],
)
def test_that_test_finds_what_it_looks_for(template: str, names: set[str]) -> None:
    assert bare_names(template, read_out(template)) == names
