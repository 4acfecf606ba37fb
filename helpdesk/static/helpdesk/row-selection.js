/* <row-selection data-ticked="{n} ticked"><output role="status">: says how many rows of the list are ticked. With the
   Shift key a whole stretch is ticked, or unticked, from the box that was pressed before. */

const BOXES = "[data-row] > input[type=checkbox]";
const boxes = () => [...document.querySelectorAll(BOXES)];

class RowSelection extends HTMLElement {
  connectedCallback() {
    this.listening = new AbortController();
    const { signal } = this.listening;
    document.addEventListener("click", (event) => this.stretch(event), { signal });
    document.addEventListener("keydown", (event) => this.enter(event), { signal });
    document.addEventListener("change", () => this.count(), { signal });
    document.addEventListener("reset", () => setTimeout(() => this.count()), { signal });
    document.body.addEventListener("htmx:afterSettle", () => this.count(), { signal });
    this.count();
  }

  disconnectedCallback() {
    this.listening.abort();
  }

  stretch({ target, shiftKey }) {
    if (!target.matches?.(BOXES)) return;
    const all = boxes();
    const [from, to] = [all.indexOf(this.latest), all.indexOf(target)].sort((one, other) => one - other);
    if (shiftKey && from >= 0) for (const box of all.slice(from, to + 1)) box.checked = target.checked;
    this.latest = target;
  }

  /** Enter opens the row, as everywhere in it: what is to be done to all that are ticked has a button of its own. */
  enter(event) {
    if (event.key !== "Enter" || !event.target.matches(BOXES)) return;
    event.preventDefault();
    event.target.closest("[data-row]").querySelector("a").click();
  }

  count() {
    const ticked = boxes().filter((box) => box.checked).length;
    const said = ticked ? this.dataset.ticked.replace("{n}", new Intl.NumberFormat(document.documentElement.lang).format(ticked)) : "";
    const output = this.querySelector("output");
    if (output.textContent !== said) output.textContent = said;
  }
}

customElements.define("row-selection", RowSelection);
