/* <live-state>: says whether what is shown is still true. "Live · updated 3 sec ago" or "Reconnecting, last updated 14:02". */
import { inWords } from "./due-time.js";

const PATIENCE = 45_000;

class LiveState extends HTMLElement {
  connectedCallback() {
    this.heard = Date.now();
    this.lost = false;
    document.body.addEventListener("htmx:afterRequest", (event) => this.note(event.detail));
    this.timer = setInterval(() => this.refresh(), 1000);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  note({ successful, requestConfig }) {
    if (requestConfig?.verb !== "get") return;
    this.lost = !successful;
    if (successful) this.heard = Date.now();
    this.refresh();
  }

  refresh() {
    const age = Date.now() - this.heard;
    const text = this.lost || age > PATIENCE ? this.sayLost() : this.dataset.live.replace("{time}", inWords(age));
    if (this.textContent !== text) this.textContent = text;
  }

  sayLost() {
    const time = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short" }).format(this.heard);
    return this.dataset.lost.replace("{time}", time);
  }
}

customElements.define("live-state", LiveState);
