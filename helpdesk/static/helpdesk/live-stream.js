/* One stream of server-sent events for all tabs of a browser: it allows six connections to us, and a tab that waits for
   ever would take one. A tab that holds a lock listens, and tells the others; when it goes, the next one does.
   What comes is a version and what to look at again, never data. */

const content = (name) => document.querySelector(`meta[name="${name}"]`)?.content;
const RETRIES = [500, 1000, 2000, 5000, 15_000, 30_000];
const SILENT = 45_000;
const MARGIN = 2000; /* milliseconds by which the clocks of servers may differ */

class LiveStream extends EventTarget {
  constructor(address, who) {
    super();
    this.address = address;
    this.heard = 0;
    this.since = Math.max(0, (Date.parse(content("attend-now")) || 0) - MARGIN);
    this.lastRing = 0;
    this.failures = 0;
    this.others = new BroadcastChannel(`attend-live-${who}`);
    this.others.onmessage = ({ data }) => this.take(data);
    this.others.postMessage({ kind: "anybody" });
    if (navigator.locks) navigator.locks.request(`attend-live-${who}`, () => new Promise(() => this.lead()));
    else this.leadWhileSeen();
  }

  /** Whether we are told of what changes. */
  get alive() {
    return Date.now() - this.heard < SILENT;
  }

  lead() {
    this.leads = true;
    this.connect();
    addEventListener("online", () => this.connect());
    addEventListener("offline", () => this.lose());
  }

  /* Without locks, as over plain HTTP, tabs know nothing of each other: only the one that is looked at listens. */
  leadWhileSeen() {
    const turn = () => (document.hidden ? this.rest() : this.lead());
    document.addEventListener("visibilitychange", turn);
    turn();
  }

  rest() {
    this.source?.close();
    this.heard = 0;
  }

  connect() {
    clearTimeout(this.retry);
    this.source?.close();
    if (!navigator.onLine) return; /* the browser says when that is over */
    this.source = new EventSource(`${this.address}?since=${this.since}`);
    for (const kind of ["hello", "ring", "ping"]) {
      this.source.addEventListener(kind, ({ data }) => this.tell({ kind, ring: JSON.parse(data) }));
    }
    for (const end of ["over", "error"]) this.source.addEventListener(end, () => this.lose());
  }

  lose() {
    this.source?.close();
    this.tell({ kind: "lost" });
    clearTimeout(this.retry);
    const pause = RETRIES[Math.min(this.failures++, RETRIES.length - 1)];
    this.retry = setTimeout(() => this.connect(), pause * (0.75 + Math.random() / 2));
  }

  tell(message) {
    this.others.postMessage(message);
    this.take(message);
  }

  take(message) {
    const { kind, ring } = message;
    if (kind === "anybody") return this.leads && this.others.postMessage(this.state());
    if (kind === "lost") this.heard = 0;
    else this.hear(kind, ring);
    this.dispatchEvent(new CustomEvent(kind, { detail: ring }));
  }

  /** What a tab that was opened just now is told: whether somebody listens, and whether it has missed something. */
  state() {
    if (!this.alive) return { kind: "lost" };
    return { kind: "hello", ring: { version: this.since, last: this.lastRing } };
  }

  hear(kind, ring) {
    this.heard = Date.now();
    this.failures = 0;
    if (kind === "hello" && ring.last > this.since) ring.everything = true;
    if (kind === "ring") this.lastRing = ring.version;
    this.since = Math.max(this.since, ring.version);
  }
}

const place = content("attend-live");
/** Null on a page of somebody who is not logged in. */
export const stream = place ? new LiveStream(place, content("attend-who")) : null;
