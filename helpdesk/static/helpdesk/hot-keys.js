/* <hot-keys>: single keys for what the page offers, only while no field has focus.
   An element says its own key: <a data-key="r">, <button data-key="a">. A field is focused, all else is clicked;
   data-then names what has the focus afterwards.
   Where two say the same, the later one is meant: the page knows better than the header; what is [data-passing], or was
   done just now, comes before both.
   `j` and `k` move among [data-row]; `x` ticks the box of the row; `?` shows what there is.
   A key that sends a form counts only by itself: not held down, not in a run of letters that were meant for a field,
   not while the page is being left. What ends a ticket asks first, and has the key of its question.
   On a keyboard that writes another script a key is known by where it lies, with Caps Lock by its small letter. */

import { nameOf, offers, use } from "./page-offers.js";

const RUN = 300;
const LOADING = 1500;
const LATEST = "attend-letter";
const latest = () => Number(sessionStorage.getItem(LATEST));

const FIELDS = "input:not([type=checkbox]), select, textarea, [contenteditable], dialog";
/** Whether it is a field's key. What is hidden has the focus still until the next frame: nobody types there. */
const typing = (node) => node.closest?.(FIELDS) && (node.checkVisibility?.() ?? true);
/** The key as [data-key] writes it. */
const keyOf = (event) => {
  const place = /^Key([A-Z])$/.exec(event.code)?.[1];
  if (event.key.length === 1 && event.key > "~" && place) return place.toLowerCase();
  return event.getModifierState("CapsLock") && place ? event.key.toLowerCase() : event.key;
};

class HotKeys extends HTMLElement {
  connectedCallback() {
    this.listening = new AbortController();
    const { signal } = this.listening;
    /* Whoever typed while this page was loading may not have noticed that it has come. */
    if (Date.now() - latest() < LOADING) sessionStorage.setItem(LATEST, Date.now());
    document.addEventListener("keydown", (event) => this.press(event), { signal });
    document.addEventListener("submit", (event) => { this.leaving = !event.defaultPrevented && !event.submitter?.formTarget; }, { signal });
    for (const kind of ["pageshow", "attend:stayed"]) addEventListener(kind, () => { this.leaving = false; }, { signal });
  }

  disconnectedCallback() {
    this.listening.abort();
  }

  press(event) {
    if (event.key === "Escape") this.beginAnew();
    if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented || typing(event.target)) return;
    const alone = !event.repeat && Date.now() - latest() > RUN;
    if (event.key !== "Shift") sessionStorage.setItem(LATEST, event.key.length === 1 ? Date.now() : 0);
    if (!this.leaving && this.act(keyOf(event), alone)) event.preventDefault();
  }

  /** Whoever presses Escape knows that they are in no field, and has stopped what was loading. */
  beginAnew() {
    this.leaving = false;
    sessionStorage.removeItem(LATEST);
  }

  act(key, alone) {
    if (key === "?") return this.help();
    if (key === "j") return this.step(1);
    if (key === "k") return this.step(-1);
    if (key === "x") return this.tick();
    const target = offers().findLast((node) => node.dataset.key === key);
    if (target && (alone || target.type !== "submit")) use(target);
    return Boolean(target);
  }

  step(by) {
    const rows = [...document.querySelectorAll("[data-row]")];
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    const next = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by))];
    next?.querySelector("a")?.focus();
    return rows.length > 0;
  }

  tick() {
    const box = document.activeElement.closest("[data-row]")?.querySelector("input[type=checkbox]");
    box?.click();
    return Boolean(box);
  }

  help() {
    const dialog = document.createElement("dialog");
    dialog.setAttribute("aria-label", this.dataset.title);
    const title = document.createElement("h2");
    title.textContent = this.dataset.title;
    dialog.append(title, ...this.groups(), this.closing());
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
    return true;
  }

  groups() {
    const { page, rows, everywhere } = this.dataset;
    return [[page, this.ofThePage()], [rows, this.ofRows()], [everywhere, this.ofAll()]]
      .filter(([, entries]) => entries.size)
      .flatMap(([name, entries]) => [Object.assign(document.createElement("h3"), { textContent: name }), this.list(entries)]);
  }

  list(entries) {
    const list = document.createElement("dl");
    list.className = "facts";
    for (const [key, name] of entries) {
      const term = document.createElement("dt");
      term.append(Object.assign(document.createElement("kbd"), { textContent: key }));
      list.append(term, Object.assign(document.createElement("dd"), { textContent: name }));
    }
    return list;
  }

  ofThePage() {
    const found = new Map(offers().filter((node) => !node.closest(".top")).map((node) => [node.dataset.key, nameOf(node)]));
    if (document.querySelector(".composer")) found.set("Ctrl+Enter", this.dataset.send);
    return found;
  }

  ofRows() {
    const { next, previous, open, tick } = this.dataset;
    if (!document.querySelector("[data-row]")) return new Map();
    const found = new Map([["j", next], ["k", previous], ["Enter", open]]);
    return document.querySelector("[data-row] > input") ? found.set("x", tick) : found;
  }

  ofAll() {
    const own = this.ofThePage();
    const menu = offers().filter((node) => node.closest(".top") && !own.has(node.dataset.key));
    const found = new Map(menu.map((node) => [node.dataset.key, nameOf(node)]));
    return found.set("Ctrl+K", this.dataset.palette).set("?", this.dataset.help);
  }

  closing() {
    const form = Object.assign(document.createElement("form"), { method: "dialog" });
    form.className = "line";
    form.append(Object.assign(document.createElement("button"), { textContent: this.dataset.close }));
    form.append(Object.assign(document.createElement("a"), { textContent: this.dataset.off, href: this.dataset.settings }));
    return form;
  }
}

customElements.define("hot-keys", HotKeys);
