/* <hot-keys>: single keys for what the page offers, only while no field has focus.
   An element says its own key: <a data-key="r">, <button data-key="e">. A field is focused, all else is clicked;
   data-then names what has the focus afterwards.
   Where two say the same, the later one is meant: the page knows better than the header.
   `j` and `k` move among [data-row]; `x` ticks the box of the row; `?` shows what there is. */

const typing = (node) => node.closest?.("input, select, textarea, [contenteditable], dialog");
const shown = (node) => node.checkVisibility?.() ?? true;

class HotKeys extends HTMLElement {
  connectedCallback() {
    this.onKey = (event) => this.press(event);
    document.addEventListener("keydown", this.onKey);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.onKey);
  }

  press(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented || typing(event.target)) return;
    if (this.act(event.key)) event.preventDefault();
  }

  act(key) {
    if (key === "?") return this.help();
    if (key === "j") return this.step(1);
    if (key === "k") return this.step(-1);
    if (key === "x") return this.tick();
    const target = this.offers().findLast((node) => node.dataset.key === key);
    if (target) this.use(target);
    return Boolean(target);
  }

  offers() {
    return [...document.querySelectorAll("[data-key]")].filter((node) => shown(node) || node.closest("details"));
  }

  use(target) {
    const folded = target.closest("details:not([open])");
    if (folded && !target.matches("summary")) folded.open = true;
    if (target.matches("textarea, select, input:not([type=radio], [type=checkbox])")) target.focus();
    else target.click();
    document.getElementById(target.dataset.then)?.focus();
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
    dialog.append(title, this.list(), this.closing());
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
    return true;
  }

  list() {
    const list = document.createElement("dl");
    list.className = "facts";
    for (const [key, name] of this.entries()) {
      const term = document.createElement("dt");
      term.append(Object.assign(document.createElement("kbd"), { textContent: key }));
      list.append(term, Object.assign(document.createElement("dd"), { textContent: name }));
    }
    return list;
  }

  entries() {
    const named = (node) => node.dataset.does || node.getAttribute("aria-label") || (node.labels?.[0] ?? node).textContent.trim();
    const found = new Map(this.offers().map((node) => [node.dataset.key, named(node)]));
    const { next, previous, open } = this.dataset;
    if (document.querySelector("[data-row]")) found.set("j", next).set("k", previous).set("Enter", open);
    return found.set("?", this.dataset.help);
  }

  closing() {
    const form = Object.assign(document.createElement("form"), { method: "dialog" });
    form.append(Object.assign(document.createElement("button"), { textContent: this.dataset.close }));
    return form;
  }
}

customElements.define("hot-keys", HotKeys);
