/* [data-presence]: says that its reader is at the ticket, and whether they write, for as long as they look at the page;
   each page for itself, so that one of two that closes leaves its reader where the other is. */

const EVERY = 10_000;
const place = document.querySelector("[data-presence]");
const text = () => document.querySelector("#composer textarea[name=body]");
const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value;
const state = () => (text()?.value.trim() ? "writing" : "viewing");
const newName = () => Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("");
let page = newName();
let told = "";
let isTelling = false;

/* One at a time, and of the page, not of the place, which asks for itself who is there: of what htmx makes wait for
   another request of its element nobody hears how it ends. What could not be told is told again soon. */
async function tell() {
  if (isTelling || document.hidden || !navigator.onLine) return;
  [isTelling, told] = [true, state()];
  const values = { state: told, page, csrfmiddlewaretoken: token() };
  await htmx.ajax("POST", place.dataset.presence, { target: place, swap: "morph", values }).catch(() => {});
  isTelling = false;
  if (state() !== told) tell();
}

/* A page that goes can only throw a last word behind it, which may overtake one on its way: that name is done with. */
function leave() {
  const word = new FormData();
  for (const [name, value] of [["state", "gone"], ["page", page], ["csrfmiddlewaretoken", token()]]) word.append(name, value);
  navigator.sendBeacon(place.dataset.presence, word);
}

function comeBack() {
  page = newName();
  tell();
}

if (place) {
  addEventListener("load", tell);
  setInterval(tell, EVERY);
  document.addEventListener("input", () => { if (state() !== told) tell(); });
  document.addEventListener("visibilitychange", tell);
  addEventListener("pageshow", ({ persisted }) => { if (persisted) comeBack(); });
  addEventListener("pagehide", leave);
}
