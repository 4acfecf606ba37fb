/* <due-time kind="due|waiting|ago|leaving" what="First response"><time datetime="…">due in 25 min</time></due-time>
   Keeps the server's sentence true while the page stands. Announces nothing: it is text, not a live region. */

const content = (name) => document.querySelector(`meta[name="${name}"]`)?.content;
const words = JSON.parse(content("attend-words") ?? "{}");
const language = document.documentElement.lang || "en";
const ahead = new Date(content("attend-now") ?? Date.now()) - Date.now();
const units = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

/** The server's time, so that a wrong clock on this machine moves no promise. */
export const now = () => Date.now() + (Number.isNaN(ahead) ? 0 : ahead);

/** The two largest neighbouring units, rounded down; seconds only below a minute. */
export function inWords(milliseconds) {
  const seconds = Math.floor(Math.abs(milliseconds) / 1000);
  const at = Math.max(0, units.findIndex(([, size]) => seconds >= size));
  if (seconds < 60) return spoken(seconds, "second");
  const [[unit, size], [below, smaller]] = [units[at], units[at + 1]];
  const rest = Math.floor((seconds % size) / smaller);
  const first = spoken(Math.floor(seconds / size), unit);
  return rest && below !== "second" ? `${first} ${spoken(rest, below)}` : first;
}

const spoken = (count, unit) =>
  new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "short" }).format(count);

class DueTime extends HTMLElement {
  connectedCallback() {
    everyone.add(this);
  }

  disconnectedCallback() {
    everyone.delete(this);
  }

  refresh() {
    const time = this.querySelector("time");
    const gap = new Date(time.dateTime) - now();
    const text = this.sentence(gap).replace("{time}", inWords(gap)).replace("{what}", this.getAttribute("what") ?? "");
    if (time.textContent !== text) time.textContent = text;
  }

  sentence(gap) {
    const kind = this.getAttribute("kind");
    if (kind === "leaving") return words[gap > 0 ? "leaving" : "leaving_now"];
    if (kind !== "due") return words[kind];
    const side = Math.abs(gap) < 1000 ? "now" : gap > 0 ? "due" : "late";
    return words[this.getAttribute("what") ? `what_${side}` : side];
  }
}

const everyone = new Set();
customElements.define("due-time", DueTime);
setInterval(() => { if (!document.hidden) for (const one of everyone) one.refresh(); }, 1000);
