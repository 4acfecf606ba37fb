/* <number-grid>: the buttons of a table are one stop of the Tab key, and arrow keys, Home and End go on from there.
   Without scripts each of them is a stop of its own. */

const BUTTON = "td button";

class NumberGrid extends HTMLElement {
  connectedCallback() {
    this.listening = new AbortController();
    const { signal } = this.listening;
    this.addEventListener("keydown", (event) => this.press(event), { signal });
    this.addEventListener("focusin", ({ target }) => target.matches(BUTTON) && this.stand(target), { signal });
    document.body.addEventListener("htmx:afterSettle", () => this.settle(), { signal });
    this.settle();
  }

  disconnectedCallback() {
    this.listening.abort();
  }

  /** What came anew knows nothing of this: the stop stays where it was, while that is still there. */
  settle() {
    this.querySelector("table").setAttribute("role", "grid");
    const first = this.querySelector(BUTTON);
    if (first) this.stand(this.stop?.isConnected ? this.stop : first);
  }

  stand(button) {
    this.stop = button;
    for (const each of this.querySelectorAll(BUTTON)) each.tabIndex = each === button ? 0 : -1;
  }

  press(event) {
    const { target, key, altKey, ctrlKey, metaKey, shiftKey } = event;
    if (!target.matches(BUTTON) || altKey || ctrlKey || metaKey || shiftKey) return;
    const wanted = this.from(target, key);
    if (!wanted) return;
    event.preventDefault();
    wanted.focus();
  }

  /** The number that a key leads to; in a row that has none below, the nearest. */
  from(button, key) {
    const row = button.closest("tr");
    const onward = getComputedStyle(this).direction === "rtl" ? ["ArrowLeft", "ArrowRight"] : ["ArrowRight", "ArrowLeft"];
    const here = [...row.querySelectorAll(BUTTON)];
    const at = here.indexOf(button);
    if (key === "Home") return here[0];
    if (key === "End") return here.at(-1);
    if (key === onward[0]) return here[at + 1];
    if (key === onward[1]) return here[at - 1];
    if (key === "ArrowDown" || key === "ArrowUp") return nearest(this.beyond(row, key), column(button));
    return undefined;
  }

  /** The next row that has a number, or the one before. */
  beyond(row, key) {
    const rows = [...this.querySelectorAll("tr")].filter((each) => each.querySelector(BUTTON));
    return rows[rows.indexOf(row) + (key === "ArrowDown" ? 1 : -1)];
  }
}

const column = (button) => [...button.closest("tr").querySelectorAll("td")].indexOf(button.closest("td"));

function nearest(row, wanted) {
  const off = (button) => Math.abs(column(button) - wanted);
  return row && [...row.querySelectorAll(BUTTON)].sort((one, other) => off(one) - off(other))[0];
}

customElements.define("number-grid", NumberGrid);
