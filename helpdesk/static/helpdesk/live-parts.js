/* A live part: <div hx-get="…" hx-trigger="live" hx-swap="morph" data-heeds="…">, fetched anew when what it heeds has
   changed, by and by in any case, and when one comes back to it. data-heeds has words such as:
   queues            any queue that one may see
   queue:7           that one
   ticket:T-4711     that ticket
   presence:T-4711   who is there
   data-pace: seconds between two fetches at least, 1. data-every: seconds after which it is fetched though nothing was
   heard, 5; while the stream is alive four times that, since then it is only a net. */
import { stream } from "./live-stream.js";
import { now } from "./due-time.js";
import { remember } from "./morph.js";

const PATIENT = 4;
const PRESENCE = 4000; /* milliseconds between two fetches of a list for those who come and go */
const states = new WeakMap();
const parts = () => [...document.querySelectorAll("[data-heeds]")];

function stateOf(part) {
  if (!states.has(part)) states.set(part, { asked: Date.now(), wanted: false, noticed: false, busy: false });
  return states.get(part);
}

const seconds = (part, name, usual) => 1000 * Number(part.dataset[name] ?? usual);

function isDue(part, state) {
  const age = Date.now() - state.asked;
  const every = seconds(part, "every", 5) * (stream?.alive ? PATIENT : 1);
  return (state.wanted && age >= seconds(part, "pace", 1)) || (state.noticed && age >= PRESENCE) || age >= every;
}

/** Whether a promise in it has fallen due since it was fetched. */
function hasTurned(part, state) {
  return [...part.querySelectorAll("due-time[kind=due] time")].some(({ dateTime }) => {
    const gap = now() - Date.parse(dateTime);
    return gap >= 0 && gap < Date.now() - state.asked;
  });
}

function look() {
  if (document.hidden || !navigator.onLine) return;
  for (const part of parts()) {
    const state = stateOf(part);
    state.wanted ||= hasTurned(part, state);
    if (!state.busy && isDue(part, state)) fetchAnew(part, state);
  }
}

function fetchAnew(part, state) {
  Object.assign(state, { asked: Date.now(), wanted: false, noticed: false, busy: true });
  htmx.trigger(part, "live");
}

function want(isMeant, how = "wanted") {
  for (const part of parts()) if (isMeant(part)) stateOf(part)[how] = true;
  look();
}

const heeds = (part, ring) => part.dataset.heeds.split(" ").some((word) => {
  const [kind, name] = word.split(":");
  if (kind === "queues") return ring.queues?.length > 0;
  if (kind === "queue") return ring.queues?.includes(Number(name));
  return (kind === "ticket" ? ring.tickets : ring.present)?.includes(name);
});

const isShown = (part, references) => references?.some((one) => part.querySelector(`#row-${CSS.escape(one)}`));

stream?.addEventListener("ring", ({ detail }) => {
  want((part) => detail.everything || heeds(part, detail));
  want((part) => isShown(part, detail.present), "noticed");
});
stream?.addEventListener("hello", ({ detail }) => want(() => detail.everything));
for (const kind of ["online", "pageshow", "attend:stayed"]) {
  addEventListener(kind, ({ persisted }) => want(() => persisted !== false));
}
document.addEventListener("visibilitychange", () => want((part) => Date.now() - stateOf(part).asked > 1000));
/* What was typed into Cc says who gets a copy: the buttons follow it, though they were just put in anew. */
document.body.addEventListener("htmx:afterSwap", ({ detail }) => {
  const copies = detail.target.querySelector("[name=cc]");
  if (copies && copies.value !== copies.defaultValue) copies.dispatchEvent(new Event("restored"));
});
document.body.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.elt.matches("[data-heeds]")) stateOf(detail.elt).busy = false;
});
for (const part of parts()) stateOf(part);
remember(document);
setInterval(look, 500);
