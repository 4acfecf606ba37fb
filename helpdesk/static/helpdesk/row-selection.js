/* <row-selection data-ticked="{n} ticked"><output role="status">: says how many rows of the list are ticked. With the
   Shift key a whole stretch is ticked, or unticked, from the box that was pressed before. The boxes are those of the
   list, or what `data-boxes` selects; the one of which `data-all` is the id ticks or unticks all, and is shown with its
   label, which is hidden until then. */

const ROWS = "[data-row] > input[type=checkbox]";

class RowSelection extends HTMLElement {
  connectedCallback() {
    this.listening = new AbortController();
    this.all = document.getElementById(this.dataset.all ?? "");
    const { signal } = this.listening;
    document.addEventListener("click", (event) => this.stretch(event), { signal });
    document.addEventListener("keydown", (event) => this.enter(event), { signal });
    document.addEventListener("change", (event) => this.change(event), { signal });
    document.addEventListener("reset", () => setTimeout(() => this.count()), { signal });
    document.body.addEventListener("htmx:afterSettle", () => this.count(), { signal });
    addEventListener("pageshow", () => this.count(), { signal });
    if (this.all) this.all.closest("label").hidden = false;
    this.count();
  }

  disconnectedCallback() {
    this.listening.abort();
  }

  get selector() {
    return this.dataset.boxes ?? ROWS;
  }

  get boxes() {
    return [...document.querySelectorAll(this.selector)];
  }

  stretch({ target, shiftKey }) {
    if (!target.matches?.(this.selector)) return;
    const { boxes } = this;
    const [from, to] = [boxes.indexOf(this.latest), boxes.indexOf(target)].sort((one, other) => one - other);
    if (shiftKey && from >= 0) for (const box of boxes.slice(from, to + 1)) box.checked = target.checked;
    this.latest = target;
  }

  /** Enter opens the row, as everywhere in it: what is to be done to all that are ticked has a button of its own. */
  enter(event) {
    if (event.key !== "Enter" || !event.target.matches(ROWS)) return;
    event.preventDefault();
    event.target.closest("[data-row]").querySelector("a").click();
  }

  change({ target }) {
    if (this.all && target === this.all) for (const box of this.boxes) box.checked = target.checked;
    this.count();
  }

  count() {
    const { boxes } = this;
    const ticked = boxes.filter((box) => box.checked).length;
    const said = ticked ? this.dataset.ticked.replace("{n}", new Intl.NumberFormat(document.documentElement.lang).format(ticked)) : "";
    const output = this.querySelector("output");
    if (output.textContent !== said) output.textContent = said;
    if (this.all) this.all.checked = ticked === boxes.length;
    if (this.all) this.all.indeterminate = ticked > 0 && ticked < boxes.length;
  }
}

customElements.define("row-selection", RowSelection);
