/* <wall-board>: fetches its numbers anew every few seconds, says how old they are, and in a band that they are old.
   It notices by itself: a server that is gone, or a line that is cut, sends no word of that. */
const EVERY = 5_000;
const PATIENCE = 10_000;
const OLD = 60_000;

const language = document.documentElement.lang || "en";
const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

function inWords(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const [unit, size] = UNITS.find(([, size]) => seconds >= size) ?? UNITS.at(-1);
  const spoken = new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "short" });
  return spoken.format(Math.floor(seconds / size));
}

class WallBoard extends HTMLElement {
  connectedCallback() {
    this.band = this.querySelector(".band");
    this.numbers = this.querySelector("main");
    this.age = this.querySelector(".age");
    this.heard = Date.now();
    this.off = Boolean(this.querySelector(".off"));
    setInterval(() => this.refresh(), 1000);
    addEventListener("online", () => this.ask());
    document.addEventListener("visibilitychange", () => document.hidden || this.ask());
    setTimeout(() => this.goOn(), EVERY);
    this.refresh();
  }

  async goOn() {
    await this.ask();
    setTimeout(() => this.goOn(), EVERY);
  }

  async ask() {
    try {
      const answer = await fetch("?part=now", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
      const isWall = answer.headers.get("X-Robots-Tag");
      if (isWall && (answer.ok || answer.status === 404)) this.show(await answer.text(), !answer.ok);
    } catch {
      // No answer: how old the numbers are says the rest.
    }
    this.refresh();
  }

  show(html, off) {
    this.off = off;
    this.heard = Date.now();
    this.numbers.innerHTML = html;
  }

  refresh() {
    const age = Date.now() - this.heard;
    const isOld = age >= OLD;
    this.say(this.age, this.off ? "" : this.dataset.age.replace("{time}", inWords(age)));
    this.say(this.band, isOld ? this.dataset.old.replace("{time}", inWords(age - (age % OLD))) : "");
    this.band.hidden = !isOld;
    this.classList.toggle("is-old", isOld);
  }

  say(where, text) {
    if (where.textContent !== text) where.textContent = text;
  }
}

customElements.define("wall-board", WallBoard);
