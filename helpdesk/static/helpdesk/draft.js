/* What is being written outlives a side action, a reload and a new login: the text of a [data-draft] form is kept in this
   tab, for the person and the thing that data-draft names, until the message with its token stands on the page.
   Logging out by hand forgets all of it. */

const PREFIX = "attend-draft:";
const TOKEN = "[name$=token]:not([name=csrfmiddlewaretoken])";
const forms = [...document.querySelectorAll("[data-draft]")].map((form) => ({
  form,
  place: PREFIX + form.dataset.draft,
  body: form.querySelector("textarea"),
  token: form.querySelector(TOKEN),
  modes: [...form.querySelectorAll("[name=mode]")],
}));

function restore({ place, body, token, modes }) {
  const kept = JSON.parse(sessionStorage.getItem(place) ?? "null");
  if (kept && document.querySelector(`[data-sent="${CSS.escape(kept.token)}"]`)) sessionStorage.removeItem(place);
  else if (kept && !body.value) {
    body.value = kept.body;
    token.value = kept.token;
    for (const mode of modes) if (mode.value === kept.mode) mode.checked = true;
  }
}

function keep({ place, body, token, modes }) {
  const mode = modes.find((one) => one.checked)?.value;
  if (!body.value.trim()) sessionStorage.removeItem(place);
  else sessionStorage.setItem(place, JSON.stringify({ body: body.value, token: token.value, mode }));
}

for (const one of forms) {
  restore(one);
  for (const kind of ["input", "change"]) one.form.addEventListener(kind, () => keep(one));
}

/* A part of the page that meets the login would load it anew, away from under somebody's hands. */
document.body.addEventListener("htmx:beforeOnLoad", (event) => {
  const writing = forms.some(({ body }) => body.value.trim());
  if (writing && event.detail.xhr.getResponseHeader("HX-Refresh")) event.preventDefault();
});

document.addEventListener("submit", ({ target }) => {
  if (!target.matches("[data-leaves]")) return;
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
});
