/* What is being written in a [data-draft] form is saved on the server while it is typed, on leaving, and before anything is
   sent or done beside it. This tab keeps a copy of what is not saved yet, for the person and the thing that data-draft
   names: the net beneath, for when the server cannot be reached. Logging out by hand forgets that.
   A browser that goes back would fill a form by itself, with what was sent long ago and under another token: what is kept
   takes the place of that. */
import { leftAt, onLeaving } from "./log-out.js";
import { comeBack, isHere } from "./whose-login.js";

const PREFIX = "attend-draft:";
const NOT_WRITTEN = "[name=csrfmiddlewaretoken], [name=seen_seq], [name=attachments], [type=file], button, output";
const OFFERED = "[name=cc]"; /* stands there before anybody has written */
const TEXTS = `textarea:not(${OFFERED}), input:not([type=hidden], [type=radio], [type=checkbox])`;
const DELAY = 1_000;
const PATIENCE = 8_000;
const TRIED_AGAIN_AFTER = 15_000;
const FETCHED_WITHIN = 10_000;

const isBox = (field) => field.matches("[type=radio], [type=checkbox]");
const pageId = () => {
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
};

class Draft {
  constructor(form) {
    this.form = form;
    this.place = PREFIX + form.dataset.draft;
    this.state = form.querySelector("[data-draft-state]");
    this.version = Number(this.state.dataset.version ?? 0);
    this.page = pageId();
    this.nth = 0;
    this.before = {};
    this.dirty = false;
    this.saving = false;
    this.isForgotten = false;
    this.isUnsent = false;
    this.queue = Promise.resolve("");
    form.autocomplete = "off";
    for (const kind of ["input", "change"]) form.addEventListener(kind, () => this.changed());
    this.open();
  }

  get fields() {
    return [...this.form.elements].filter((field) => field.name && !field.matches(NOT_WRITTEN));
  }

  get token() {
    return this.fields.find(({ name }) => name.endsWith("token"));
  }

  get text() {
    return this.fields.find(({ name }) => name.endsWith("body"));
  }

  /** Whether the server has not answered yet that it has what stands here. */
  get isUnsettled() {
    return this.dirty || this.saving;
  }

  get isWritten() {
    const given = this.form.querySelector("[name=attachments]:checked");
    return Boolean(given) || this.fields.some((field) => field.matches(TEXTS) && field.value.trim());
  }

  /* What this tab keeps is newer than what the server has put there, unless it was refused and has come back. What was
     saved while this page was being fetched may not stand on it yet. */
  open() {
    const kept = JSON.parse(sessionStorage.getItem(this.place) ?? "null");
    if (kept) this.before = { after: kept.page, after_nth: kept.nth };
    const isNewer = kept && (!kept.savedAt || (Date.now() - kept.savedAt < FETCHED_WITHIN && kept.version > this.version));
    if ("unsaved" in this.state.dataset) this.dirty = this.isWritten;
    else if (isNewer) {
      this.fill(kept);
      this.dirty = true;
    }
    if (this.dirty) this.keep();
    else sessionStorage.removeItem(this.place);
    if (this.dirty) this.save();
  }

  /* A field is known by its name, not by its place: the form may offer less when it is shown again. */
  get content() {
    const texts = this.fields.filter((field) => !isBox(field)).map(({ name, value }) => [name, value]);
    const ticked = this.fields.filter((field) => isBox(field) && field.checked).map(({ name, value }) => `${name}=${value}`);
    return { texts: Object.fromEntries(texts), ticked };
  }

  fill({ texts, ticked }) {
    for (const field of this.fields) {
      if (isBox(field)) field.checked = ticked.includes(`${field.name}=${field.value}`);
      else field.value = texts[field.name] ?? field.value;
      if (field.matches(OFFERED)) addEventListener("load", () => field.dispatchEvent(new Event("restored")));
    }
  }

  keep(savedAt) {
    if (this.isForgotten) return;
    const { page, version } = this;
    const nth = this.nth + (savedAt ? 0 : 1);
    const kept = { ...this.content, token: this.token.value, page, nth, version, savedAt, at: Date.now() };
    sessionStorage.setItem(this.place, JSON.stringify(kept));
  }

  changed() {
    this.dirty = true;
    this.isForgotten = false;
    this.isUnsent = false;
    if (this.isWritten || this.nth || this.version) this.keep();
    else sessionStorage.removeItem(this.place);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), DELAY);
  }

  /** Save what is not saved, one after the other; says why it could not be, or nothing. */
  save() {
    clearTimeout(this.timer);
    this.queue = this.queue.then(() => (this.dirty ? this.post() : "")).finally(() => { this.saving = false; });
    return this.queue;
  }

  get body() {
    const body = new FormData(this.form);
    body.delete("files");
    this.nth += 1;
    const { page, nth, version, before } = this;
    for (const [name, value] of Object.entries({ page, nth, version, ...before })) body.append(`draft-${name}`, value);
    return body;
  }

  async post(again = true) {
    this.dirty = false;
    if (!this.isWritten && !this.nth && !this.version) return "";
    this.saving = true;
    try {
      const signal = AbortSignal.timeout(PATIENCE);
      const answer = await fetch(this.state.dataset.draftState, { method: "POST", body: this.body, redirect: "manual", signal });
      if (answer.status === 403 && again && (await isHere(signal))) return await this.post(false);
      return await this.hear(answer);
    } catch {
      return this.fail("unreachable", this.state.dataset.kept);
    }
  }

  async hear(answer) {
    if (answer.type === "opaqueredirect" || answer.status === 403) return this.fail("login", this.state.dataset.loggedOut);
    const told = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
    if (answer.ok) return this.saved(told);
    if (told.code === "draft-saved-elsewhere") return this.meet(told);
    if (told.code === "draft-sent") return this.renew(told.said);
    return this.fail("refused", told.said ?? this.state.dataset.kept);
  }

  saved({ version, said }) {
    this.version = version;
    this.before = {};
    this.say(this.isUnsent ? `${said} ${this.state.dataset.notSent}` : said);
    if (!this.dirty && version) this.keep(Date.now());
    else if (!this.dirty) sessionStorage.removeItem(this.place);
    return "";
  }

  fail(why, words) {
    this.dirty = true;
    if (why !== "unreachable" || !this.isUnsent) this.say(words);
    if (why === "login") this.offerLogin();
    if (why === "unreachable") this.timer = setTimeout(() => this.save(), TRIED_AGAIN_AFTER);
    return why;
  }

  /** Say that what was pressed was not done, for longer than it takes to save what stands here. */
  sayUnsent() {
    this.isUnsent = true;
    this.say(this.state.dataset.unsent);
  }

  say(words) {
    if (this.state.textContent.trim() !== words) this.state.textContent = words;
  }

  offerLogin() {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: this.state.dataset.logIn });
    button.addEventListener("click", async () => { if (await comeBack()) this.save(); });
    this.state.append(" ", button);
  }

  /* It was sent from another window: what is typed from now on is something else. */
  renew(said) {
    this.token.value = pageId();
    sessionStorage.removeItem(this.place);
    this.say(said);
    return "sent";
  }

  /* Something else was saved from another window: both are shown, and nothing is saved until one is chosen. */
  meet(other) {
    this.dirty = true;
    this.form.querySelector("[data-draft-elsewhere]")?.remove();
    this.state.insertAdjacentHTML("beforebegin", other.shown);
    this.say(this.state.dataset.kept);
    const shown = this.form.querySelector("[data-draft-elsewhere]");
    const choose = () => { this.version = other.version; this.changed(); this.save(); };
    shown.querySelector("[data-keep]").addEventListener("click", () => { shown.remove(); this.text.focus(); choose(); });
    shown.querySelector("[data-swap]").addEventListener("click", () => {
      const text = shown.querySelector("[data-other]");
      [text.textContent, this.text.value] = [this.text.value, text.textContent];
      this.text.focus();
      choose();
    });
    return "elsewhere";
  }

  /* What is being written is let go of: the server is told by the form itself. */
  discard() {
    clearTimeout(this.timer);
    this.dirty = false;
    sessionStorage.removeItem(this.place);
  }

  /* Whoever logs out leaves nothing behind, whatever the server answers later. */
  forget() {
    this.isForgotten = true;
    sessionStorage.removeItem(this.place);
  }

  leave() {
    if (!this.dirty || (!this.isWritten && !this.nth && !this.version)) return;
    fetch(this.state.dataset.draftState, { method: "POST", body: this.body, redirect: "manual", keepalive: true }).catch(() => {});
  }
}

function kept() {
  const places = Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));
  return places.map((place) => [place, JSON.parse(sessionStorage.getItem(place))]);
}

function sweep() {
  for (const [place, { at }] of kept()) {
    const [writer] = place.slice(PREFIX.length).split(":");
    if (at <= leftAt(writer)) sessionStorage.removeItem(place);
  }
}

sweep();
for (const [place, { token }] of kept()) {
  if (document.querySelector(`[data-sent="${CSS.escape(token)}"]`)) sessionStorage.removeItem(place);
}

export const drafts = [...document.querySelectorAll("[data-draft]")].map((form) => new Draft(form));

/** Keep nothing in this tab of what anybody wrote or looked at in it. */
export function forget() {
  for (const draft of drafts) draft.forget();
  sessionStorage.clear();
}

onLeaving((isMine) => {
  sweep();
  if (!isMine) return;
  forget();
  location.reload();
});

addEventListener("pagehide", () => { for (const draft of drafts) draft.leave(); });
addEventListener("online", () => { for (const draft of drafts) draft.save(); });
document.addEventListener("visibilitychange", () => { if (document.hidden) for (const draft of drafts) draft.save(); });

/* A part of the page that meets the login would load it anew, away from under somebody's hands. */
document.body.addEventListener("htmx:beforeOnLoad", (event) => {
  if (!event.detail.xhr.getResponseHeader("HX-Refresh") || !drafts.some((draft) => draft.isWritten)) return;
  event.preventDefault();
  for (const draft of drafts) if (draft.isWritten) draft.fail("login", draft.state.dataset.loggedOut);
});
