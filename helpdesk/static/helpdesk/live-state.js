/* <live-state told>: says whether what is shown is still true. "Live · updated 3 sec ago", or "Reconnecting, last updated
   14:02", or that it is shown to its reader no more. Only a page of which no part stands still ([data-live]) is called live; of every other it says when it was made,
   as the server did. It is told, and does not merely ask, while there is a stream. */
import { inWords } from "./due-time.js";
import { stream } from "./live-stream.js";

const PATIENCE = 45_000;

class LiveState extends HTMLElement {
  connectedCallback() {
    this.made = this.textContent;
    this.heard = Date.now();
    this.failing = new Set();
    document.body.addEventListener("htmx:afterRequest", (event) => this.note(event.detail));
    this.timer = setInterval(() => this.refresh(), 1000);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  note({ successful, requestConfig, xhr }) {
    if (requestConfig?.verb !== "get") return;
    if (xhr?.status === 404) this.gone = true;
    const answered = successful && !xhr?.getResponseHeader("HX-Refresh");
    this.failing[answered ? "delete" : "add"](requestConfig.path);
    const besides = document.querySelector("#banners")?.getAttribute("hx-get");
    if (answered && requestConfig.path !== besides) this.heard = Date.now();
    this.refresh();
  }

  refresh() {
    this.toggleAttribute("told", Boolean(stream?.alive));
    const text = this.sentence();
    if (this.textContent !== text) this.textContent = text;
  }

  sentence() {
    const age = Date.now() - Math.max(this.heard, stream?.heard ?? 0);
    const isFetched = Boolean(document.querySelector(".page[data-heeds], main :is([data-heeds], [hx-trigger^=every])"));
    if (this.gone) return this.dataset.gone;
    if (this.failing.size || !navigator.onLine || (isFetched && age > PATIENCE)) return this.sayLost();
    return document.querySelector("main [data-live]") ? this.dataset.live.replace("{time}", inWords(age)) : this.made;
  }

  sayLost() {
    const time = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short" }).format(this.heard);
    return this.dataset.lost.replace("{time}", time);
  }
}

customElements.define("live-state", LiveState);
