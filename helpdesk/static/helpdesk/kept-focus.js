/* After an act the focus is where it was: on the control that did it, or, where that has gone, in the text that the act
   put back to be written on, else on the sentence that says what was done. Without this a form that leads back to its
   page would leave the focus at the very beginning.
   What is done to ticked rows leaves it in their list: on the first of them, or the nearest row that is still there,
   though a question was asked in between. */
import { listed, nearest } from "./list-focus.js";

const LIST = "attend-focus-in-list";
const PLACE = "attend-focus";
const CONTROLS = "button, summary, select, input:not([type=hidden])";

const pathOf = (form) => new URL(form.action, location.href).pathname;

/** What tells a control from the others of its form, and the form from the others of the page. */
const told = (form, control) => ({ form: pathOf(form), name: control?.name ?? "", value: control?.value ?? "" });

document.addEventListener("submit", ({ target, submitter, defaultPrevented }) => {
  if (defaultPrevented || target.method !== "post") return;
  sessionStorage.setItem(PLACE, JSON.stringify(told(target, submitter)));
  const ticked = document.querySelector("[data-row] > input:checked");
  if (ticked?.form === target) sessionStorage.setItem(LIST, JSON.stringify({ ...listed(ticked), form: pathOf(target) }));
});

/** The place in the list from which this page comes; it is kept while the same form asks for more. */
function takeList() {
  const list = JSON.parse(sessionStorage.getItem(LIST));
  const isAsked = list && formsOf(list).some((form) => form.id !== "bulk");
  if (!isAsked) sessionStorage.removeItem(LIST);
  return !isAsked && document.querySelector("[data-list]") ? list : null;
}

const formsOf = (kept) => [...document.querySelectorAll("form[method=post]")].filter((form) => pathOf(form) === kept.form);

function controlOf(kept) {
  const same = ({ name, value }) => name === kept.name && value === kept.value;
  const control = formsOf(kept).flatMap((form) => [...form.querySelectorAll("button")]).find(same);
  return control?.closest("details:not([open])")?.querySelector(CONTROLS) ?? control;
}

/** What is to be written on: a reply that was taken back, or what a colleague had begun. */
function text() {
  const found = location.hash === "#composer" ? document.querySelector("#composer textarea[name=body]") : null;
  found?.scrollIntoView({ block: "nearest" });
  return found;
}

function sentence() {
  const said = document.querySelector("#messages p");
  said?.setAttribute("tabindex", "-1");
  return said;
}

/** The control is described by the sentence, so that whoever hears the page hears what came of it. */
function giveBack(kept, list) {
  const said = sentence();
  const control = list ? nearest(list) : said && (controlOf(kept) ?? text());
  control?.setAttribute("aria-describedby", "messages");
  (control ?? said)?.focus({ preventScroll: Boolean(location.hash) });
}

const kept = sessionStorage.getItem(PLACE);
sessionStorage.removeItem(PLACE);
const list = takeList();
const give = () => { if (kept && document.activeElement === document.body) giveBack(JSON.parse(kept), list); };
/* Where an address names a place, the browser goes there once all has come, and takes the focus from whatever has it. */
if (location.hash) addEventListener("load", () => setTimeout(give));
else give();
