/* What a page offers: whatever says its own key by [data-key], what each is called, and how it is used. */

const shown = (node) => node.checkVisibility?.() ?? true;

export const offers = () =>
  [...document.querySelectorAll("[data-key]")].filter((node) => shown(node) || node.closest("details"));

/** The places that one can go to from here: those of the menu, and the tabs of the page. */
export const places = () => [...document.querySelectorAll(".top nav a, main .tabs a")].filter(shown);

export const nameOf = (node) =>
  (node.dataset.does || node.getAttribute("aria-label") || (node.labels?.[0] ?? node).textContent).replace(/\s+/g, " ").trim();

/** A field gets the focus, all else is clicked; data-then names what has the focus afterwards. */
export function use(target) {
  const folded = target.closest("details:not([open])");
  if (folded && !target.matches("summary")) folded.open = true;
  if (target.matches("textarea, select, input:not([type=radio], [type=checkbox])")) target.focus();
  else if (!wouldPublish(target)) target.click();
  if (target.matches("summary")) target.focus();
  document.getElementById(target.dataset.then)?.focus();
}

/** What was begun as a note stays one: a key never shows the customer what was written for colleagues. */
function wouldPublish(target) {
  return target.value === "public" && Boolean(document.getElementById(target.dataset.then)?.value.trim());
}
