/* What is being written outlives a side action, a reload and a new login: what stands in the fields of a [data-draft] form
   is kept in this tab, for the person and the thing that data-draft names, until something with its token stands on a page.
   Logging out by hand forgets all of it.
   A browser that goes back would fill a form by itself, with what was sent long ago and under another token: what is kept
   here takes the place of that. */

const PREFIX = "attend-draft:";
const NOT_WRITTEN = "[name=csrfmiddlewaretoken], [name=seen_seq], [name=attachments], [type=file], button";
const OFFERED = "[name=cc]"; /* stands there before anybody has written */
const TEXTS = `textarea:not(${OFFERED}), input:not([type=hidden], [type=radio], [type=checkbox])`;

for (const [place, kept] of drafts()) {
  if (document.querySelector(`[data-sent="${CSS.escape(kept.token)}"]`)) sessionStorage.removeItem(place);
}

const forms = [...document.querySelectorAll("[data-draft]")].map((form) => ({
  form,
  place: PREFIX + form.dataset.draft,
  fields: [...form.elements].filter((field) => field.name && !field.matches(NOT_WRITTEN)),
}));

function drafts() {
  const places = Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));
  return places.map((place) => [place, JSON.parse(sessionStorage.getItem(place))]);
}

const isWritten = ({ fields }) => fields.some((field) => field.matches(TEXTS) && field.value.trim());
const isBox = (field) => field.matches("[type=radio], [type=checkbox]");

/* A field is known by its name, not by its place: the form may offer less when it is shown again. */
function keep({ place, fields }, written) {
  const token = fields.find(({ name }) => name.endsWith("token")).value;
  const texts = Object.fromEntries(fields.filter((field) => !isBox(field)).map(({ name, value }) => [name, value]));
  const ticked = fields.filter((field) => isBox(field) && field.checked).map(({ name, value }) => `${name}=${value}`);
  if (written) sessionStorage.setItem(place, JSON.stringify({ token, texts, ticked }));
  else sessionStorage.removeItem(place);
}

function restore({ fields }, { texts, ticked }) {
  for (const field of fields) {
    if (!isBox(field)) field.value = texts[field.name] ?? field.value;
    else if (ticked.includes(`${field.name}=${field.value}`)) field.checked = true;
    if (field.matches(OFFERED)) addEventListener("load", () => field.dispatchEvent(new Event("restored")));
  }
}

for (const one of forms) {
  one.form.autocomplete = "off";
  const kept = JSON.parse(sessionStorage.getItem(one.place) ?? "null");
  if (isWritten(one)) keep(one, true); /* the server has put it there: taken back, or refused */
  else if (kept) restore(one, kept);
  for (const kind of ["input", "change"]) one.form.addEventListener(kind, () => keep(one, isWritten(one)));
}

/* A part of the page that meets the login would load it anew, away from under somebody's hands. */
document.body.addEventListener("htmx:beforeOnLoad", (event) => {
  if (forms.some(isWritten) && event.detail.xhr.getResponseHeader("HX-Refresh")) event.preventDefault();
});

document.addEventListener("submit", ({ target }) => {
  if (target.matches("[data-leaves]")) for (const [place] of drafts()) sessionStorage.removeItem(place);
});
