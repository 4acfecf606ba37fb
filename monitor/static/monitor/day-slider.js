/* <day-slider>: the moments of one day under a slider, a step for every quarter of an hour; arrow keys go step by step.
   It fetches what stood at the moment on which it rests. Without scripts there are a field and links beside it. */

const STEP = 15 * 60_000;
const RESTS = 350;

class DaySlider extends HTMLElement {
  connectedCallback() {
    const { begins, steps, at, latest, label } = this.dataset;
    this.begins = Date.parse(begins);
    this.latest = Date.parse(latest);
    this.slider = Object.assign(document.createElement("input"), { type: "range", min: 0, max: steps, step: 1 });
    this.slider.value = Math.floor((Date.parse(at) - this.begins) / STEP);
    this.slider.setAttribute("aria-label", label);
    this.words = document.createElement("output");
    this.slider.addEventListener("input", () => this.move());
    this.replaceChildren(this.slider, this.words);
    this.say(new Date(at));
  }

  disconnectedCallback() {
    clearTimeout(this.resting);
  }

  get moment() {
    return new Date(Math.min(this.begins + this.slider.value * STEP, this.latest));
  }

  move() {
    this.say(this.moment);
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.show(this.moment), RESTS);
  }

  say(moment) {
    const language = document.documentElement.lang || "en";
    const clock = new Intl.DateTimeFormat(language, { timeStyle: "short", timeZone: this.dataset.zone });
    this.words.textContent = clock.format(moment);
    this.slider.setAttribute("aria-valuetext", this.words.textContent);
  }

  /** Fetch what stood then, and let the address say so; whoever moves on meanwhile is shown the last moment alone. */
  async show(moment) {
    const query = new URLSearchParams(this.dataset.others);
    query.set("at", moment.toISOString());
    this.asked = query.toString();
    const there = document.getElementById(this.dataset.shown);
    there.setAttribute("aria-busy", "true");
    history.replaceState(history.state, "", `?${query}`);
    document.getElementById(this.dataset.field).value = this.local(moment);
    this.lead(moment);
    const answer = await fetch(`?${query}&part=then`, { cache: "no-store" }).catch(() => undefined);
    if (this.asked !== query.toString()) return;
    if (answer?.ok && !answer.redirected) there.outerHTML = await answer.text();
    else location.reload();
  }

  /** Let the links beside it, and what forms ask for, go on from this moment. */
  lead(moment) {
    for (const link of document.querySelectorAll("a[data-step]")) {
      const query = new URLSearchParams(this.dataset.others);
      query.set("at", new Date(moment.getTime() + link.dataset.step * 60_000).toISOString());
      link.href = `?${query}`;
    }
    for (const kept of document.querySelectorAll("input[type=hidden][name=at]")) kept.value = moment.toISOString();
  }

  /** The moment as the field says it, by the viewer's clock. */
  local(moment) {
    const parts = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    const told = new Intl.DateTimeFormat("en-CA", { ...parts, timeZone: this.dataset.zone }).formatToParts(moment);
    const { year, month, day, hour, minute } = Object.fromEntries(told.map(({ type, value }) => [type, value]));
    return `${year}-${month}-${day}T${hour}:${minute}`;
  }
}

customElements.define("day-slider", DaySlider);
