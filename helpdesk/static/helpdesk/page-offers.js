/* What a page offers: whatever says its own key by [data-key], what each is called, and how it is used. */

const shown = (node) => node.checkVisibility?.() ?? true;

/* Of two that say the same key the later one is meant, and before it what is offered for a moment alone: to take back
   the reply that has not left yet, and what was done just now. */
const weight = (node) => (node.closest("undo-toast") ? 2 : Number(node.matches("[data-passing]")));

export const offers = () =>
  [...document.querySelectorAll("[data-key]")]
    .filter((node) => shown(node) || node.closest("details"))
    .sort((one, other) => weight(one) - weight(other));

/** The places that one can go to from here: those of the menu and of one's own, the tabs of the page, and those that
    stand in the palette alone. */
export const places = () => [
  ...[...document.querySelectorAll(".top :is(nav, .who) a, main .tabs a")].filter(shown),
  ...document.querySelectorAll("command-palette a"),
];

export const nameOf = (node) =>
  (node.dataset.does || node.getAttribute("aria-label") || (node.labels?.[0] ?? node).textContent).replace(/\s+/g, " ").trim();

/** A field gets the focus, all else is clicked; data-then names what has the focus afterwards. */
export function use(target) {
  const folded = target.closest("details:not([open])");
  if (folded && !target.matches("summary")) folded.open = true;
  if (target.matches("textarea, select, input:not([type=radio], [type=checkbox])")) target.focus();
  else if (!wouldPublish(target)) target.click();
  if (target.matches("summary")) target.focus();
  const then = document.getElementById(target.dataset.then);
  then?.focus();
  then?.scrollIntoView({ block: "nearest" }); /* with its margin: what it is sent by is in sight too */
}

/** What was begun as a note stays one: a key never shows the customer what was written for colleagues. */
function wouldPublish(target) {
  return target.value === "public" && Boolean(document.getElementById(target.dataset.then)?.value.trim());
}
