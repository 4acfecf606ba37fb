"""Mail of the demo: what its customers received, as they would see it, and writing as one of them."""

from __future__ import annotations

from base64 import b64encode
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.demo.post import customer_letter, customers_mail, demo_mailbox
from helpdesk.demo.post.customers_mail import ReceivedMail
from helpdesk.demo.post.demo_addresses import MAILBOX, REFUSING_DOMAIN, RETURNING_DOMAIN, SLOW_DOMAIN
from helpdesk.mail.composing.outgoing_mail import Unsendable
from helpdesk.mail.reading.letter import Letter, UnreadableMail
from helpdesk.mail.servers.server_fault import MailServerFailed
from helpdesk.outbox.channel import AttemptFailed
from helpdesk.pages.demo.customer_forms import CustomerForm, MailFileForm
from helpdesk.pages.frame.viewer import agent_of, now_of

MOST_LISTED: Final = 50
FRAMED: Final = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
)
"""Nothing in it runs, is fetched, sent or followed."""
LONGEST_PICTURE: Final = 1_000_000
"""Bytes of a picture that is shown where the mail's HTML has it."""


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """List what the customers received, the newest first; take a mail of one down, and send it."""
    _require_mail(request)
    form = CustomerForm(request.POST or None)
    if request.method == "POST" and _sent(request, form):
        return _sent_on_its_way(request)
    return _page(request, form, MailFileForm())


@login_required
@require_POST
def bring(request: HttpRequest) -> HttpResponse:
    """Send a mail that stands in a file, as it is."""
    _require_mail(request)
    form = MailFileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            customer_letter.send_file(form.cleaned_data["file"].read())
            return _sent_on_its_way(request)
        except UnreadableMail:
            form.add_error("file", _("There is no mail in this file."))
        except AttemptFailed as failure:
            form.add_error("file", _why(failure))
    return _page(request, CustomerForm(), form)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, uid: int) -> HttpResponse:
    """Show a mail as its receiver would see it; take their answer down, and send it."""
    mail = _mail(request, uid)
    form = CustomerForm(request.POST or None, answers=mail)
    if request.method == "POST" and _sent(request, form):
        return _sent_on_its_way(request)
    context = {"mail": mail, "form": form}
    return render(request, "helpdesk/demo_letter.html", context, status=422 if form.is_bound else 200)


@login_required
@require_safe
def markup(request: HttpRequest, uid: int) -> HttpResponse:
    """Give a mail's HTML to the frame that it is shown in."""
    letter = _mail(request, uid).letter
    answer = HttpResponse(_with_pictures(letter))
    answer.headers["Content-Security-Policy"] = FRAMED
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    return answer


@login_required
@require_safe
def original(request: HttpRequest, uid: int) -> HttpResponse:
    """Give a mail out as it came, to be saved."""
    answer = HttpResponse(_mail(request, uid).raw, content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = f'attachment; filename="demo-{uid}.eml"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _require_mail(request: HttpRequest) -> None:
    """For whoever does not answer the demo's mailbox, and where no server runs for it, there is none (404)."""
    if not demo_mailbox.is_open_to(agent_of(request)):
        raise Http404


def _mail(request: HttpRequest, uid: int) -> ReceivedMail:
    _require_mail(request)
    try:
        mail = customers_mail.one(uid)
    except MailServerFailed as failed:
        raise Http404(str(failed)) from failed
    if mail is None:
        raise Http404
    return mail


def _sent(request: HttpRequest, form: CustomerForm) -> bool:
    """Send what was written if it can be; else the form says why not."""
    if not form.is_valid():
        return False
    try:
        customer_letter.send(form.letter(), now=now_of(request))
    except Unsendable:
        form.add_error("address", _("No mail server takes this address."))
    except AttemptFailed as failure:
        form.add_error(None, _why(failure))
    return form.is_valid()


def _why(failure: AttemptFailed) -> str:
    return _("The demo's mail server did not take it: %(said)s") % {"said": failure.words or str(failure)}


def _sent_on_its_way(request: HttpRequest) -> HttpResponse:
    messages.success(request, _("Sent. It is in the queue within seconds."))
    return HttpResponseRedirect(reverse("demo-mail"))


def _page(request: HttpRequest, form: CustomerForm, file_form: MailFileForm) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "file_form": file_form,
        "mailbox": MAILBOX,
        "trouble": {"returns": RETURNING_DOMAIN, "refuses": REFUSING_DOMAIN, "is_slow": SLOW_DOMAIN},
        "count": MOST_LISTED,
    }
    try:
        context["mails"] = customers_mail.newest(MOST_LISTED)
    except MailServerFailed as failed:
        context["failed"] = str(failed)
    status = 422 if form.is_bound or file_form.is_bound else 200
    return render(request, "helpdesk/demo_mail.html", context, status=status)


def _with_pictures(letter: Letter) -> str:
    """Return the HTML with the pictures that came along in it, as programs show them."""
    html = letter.html
    for file in letter.files:
        if file.content_id and file.content_type.startswith("image/") and file.size <= LONGEST_PICTURE:
            data = f"data:{file.content_type};base64,{b64encode(file.content).decode()}"
            html = html.replace(f"cid:{file.content_id}", data)
    return html
