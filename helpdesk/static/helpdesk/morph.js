/* hx-swap="morph" and "morph-inside": what is fetched anew takes the place of what stands there piece by piece, and only
   where it differs. Whoever reads, points, has chosen some words or types in a part of it is not disturbed: focus,
   selection, unfolded details, typed text, and what scripts have put in stay as they are.
   A form in which one writes is [data-still], and only what in it is [data-stirs] follows.
   What [data-grows] keeps what was put into it beside: it is only added to, and its gap is the reader's to fill.
   Elements are known by their id, forms by where they send too: what was about to be pressed never becomes another act.
   What the server says of an li[id] as before is not touched at all. */
import { listed, nearest } from "./list-focus.js";

const said = new WeakMap();

/** Remember what the server said, before scripts change it. */
export function remember(root) {
  for (const item of root.querySelectorAll("li[id]")) said.set(item, item.cloneNode(true));
}

function morph(from, to) {
  if (from.isEqualNode(to) || said.get(from)?.isEqualNode(to)) return;
  if (from.matches("[data-still]")) return stir(from, to);
  const copy = from.matches("li[id]") && to.cloneNode(true);
  const isWritten = dirty(from);
  attributes(from, to);
  if (!from.matches("textarea")) children(from, to);
  if (!isWritten) asTheServerSays(from);
  if (copy) said.set(from, copy);
}

function stir(from, to) {
  for (const wanted of to.querySelectorAll("[data-stirs]")) {
    const here = from.querySelector(`#${CSS.escape(wanted.id)}`);
    if (here) morph(here, wanted);
  }
}

/** Whether somebody has changed a field since it came. */
function dirty(node) {
  if (node.matches("select")) return [...node.options].some((option) => option.selected !== option.defaultSelected);
  return node.matches("input, textarea") && (node.value !== node.defaultValue || node.checked !== node.defaultChecked);
}

function asTheServerSays(node) {
  if (node.matches("select")) for (const option of node.options) option.selected = option.defaultSelected;
  if (node.matches("input:not([type=file])")) [node.value, node.checked] = [node.defaultValue, node.defaultChecked];
}

/** What is unfolded is the reader's. */
function attributes(from, to) {
  for (const { name } of [...from.attributes]) {
    if (!to.hasAttribute(name) && name !== "open") from.removeAttribute(name);
  }
  for (const { name, value } of to.attributes) {
    if (name !== "open" && from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
}

function children(from, to) {
  if (from.matches?.("[data-grows]")) return grow(from, to);
  const known = byKey(from);
  drop(known, new Set(byKey(to).keys()));
  let at = from.firstChild;
  for (const wanted of [...to.childNodes]) {
    const here = keyOf(wanted) ? known.get(keyOf(wanted))?.shift() : nextOfItsKind(wanted, at);
    if (!here) from.insertBefore(fresh(wanted), at);
    else {
      if (here !== at) move(from, here, at);
      at = here.nextSibling;
      if (here.nodeType === Node.ELEMENT_NODE) morph(here, wanted);
      else if (here.data !== wanted.data) here.data = wanted.data;
    }
  }
  while (at) {
    const gone = at;
    at = at.nextSibling;
    if (!isBeingWritten(gone)) gone.remove();
  }
}

function byKey(parent) {
  const known = new Map();
  for (const child of parent.children) {
    const key = keyOf(child);
    if (known.has(key)) known.get(key).push(child);
    else known.set(key, [child]);
  }
  return known;
}

/** What is there no more goes first: what has no name of its own is matched by its order among the rest. */
function drop(known, wanted) {
  for (const [key, nodes] of known) {
    if (key && !wanted.has(key)) for (const node of nodes) if (!isBeingWritten(node)) node.remove();
  }
}

function grow(from, to) {
  const known = new Map([...from.children].map((child) => [child.id, child]));
  let at = from.firstElementChild;
  for (const wanted of to.children) {
    const here = wanted.id && known.get(wanted.id);
    if (here) {
      at = here.nextElementSibling;
      morph(here, wanted);
    } else if (!wanted.matches(".gap")) from.insertBefore(fresh(wanted), at);
  }
}

const isBeingWritten = (node) =>
  node.matches?.("[data-still]") && [...node.querySelectorAll("textarea")].some((text) => text.value.trim());

/** By what an element is known among its neighbours: its id, a row's by that of what stands first in it, where it sends, or that it asks anew. */
function keyOf(node) {
  if (node.nodeType !== Node.ELEMENT_NODE) return "";
  if (node.matches("form[action]:not([id])")) return `form ${node.getAttribute("action")}`;
  if (node.matches("[hx-trigger]:not([id])")) return `${node.localName} that asks`;
  const id = node.id || (node.matches("li, section") && node.querySelector("[id]")?.id);
  return id ? `${node.localName} ${id}` : "";
}

function nextOfItsKind(wanted, at) {
  for (let node = at; node && !keyOf(node); node = node.nextSibling) if (node.nodeName === wanted.nodeName) return node;
  return null;
}

function move(parent, node, before) {
  if (parent.moveBefore) parent.moveBefore(node, before);
  else parent.insertBefore(node, before);
}

function fresh(node) {
  const copy = document.importNode(node, true);
  if (copy.nodeType !== Node.ELEMENT_NODE) return copy;
  if (copy.matches("li[id]")) said.set(copy, copy.cloneNode(true));
  remember(copy);
  return copy;
}

/** Whoever writes goes on where they are on the screen, whatever comes in above: what they write never slides away. */
function keepingPlace(change) {
  const written = document.activeElement.matches("textarea") && document.activeElement;
  const before = written && written.getBoundingClientRect().top;
  change();
  if (written && before >= 0 && before < innerHeight) scrollBy({ top: written.getBoundingClientRect().top - before, behavior: "instant" });
}

/** The focus stays; where what had it is gone, it goes to its row, wherever that stands now, or to the nearest one. */
function keepingFocus(target, change) {
  const focused = document.activeElement;
  const isInside = target.contains(focused);
  const list = listed(focused);
  keepingPlace(change);
  if (!isInside || document.activeElement === focused) return;
  const same = focused.isConnected ? focused : focused.id && document.getElementById(focused.id);
  (same || nearest(list)).focus({ preventScroll: true });
}

htmx.defineExtension("morph", {
  isInlineSwap: (style) => style === "morph",
  handleSwap(style, target, fragment) {
    if (style === "morph") keepingFocus(target, () => morph(target, fragment.firstElementChild ?? fragment));
    else if (style === "morph-inside") keepingFocus(target, () => children(target, fragment));
    else return false;
    return [target];
  },
});
