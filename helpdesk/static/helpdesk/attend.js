/* What every page loads: the custom elements, each a small module of its own. */
import "./live-parts.js"; /* first: it remembers what the server said, before others change it */
import "./draft.js";
import "./due-time.js";
import "./files.js";
import "./hot-keys.js";
import "./kept-focus.js";
import "./live-state.js";
import "./mail-preview.js";
import "./marks.js";
import "./sending-key.js";
import "./sending.js";
import "./written-mail.js";

/* Ctrl+K (or ⌘K) opens the palette at once, so that whoever types on types into it; what it does is fetched meanwhile.
   In a text with marks it is a link's. */
document.addEventListener("keydown", async (event) => {
  const wanted = event.code === "KeyK" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  const dialog = document.querySelector("command-palette > dialog");
  if (!wanted || !dialog || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  let isChosen = false;
  dialog.onkeydown ??= ({ key }) => { isChosen ||= key === "Enter"; };
  dialog.showModal();
  await import("./command-palette.js").catch(() => dialog.close());
  if (dialog.open) dialog.parentElement.open(isChosen);
});

/* Few pages offer to undo something. */
const offerUndoing = () => { if (document.querySelector("undo-toast")) import("./undo-toast.js"); };
offerUndoing();
document.addEventListener("htmx:afterSwap", offerUndoing);

/* An open menu closes by Escape, or when one turns to something else. */
const close = (except) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(except)) menu.open = false;
};
document.addEventListener("click", (event) => close(event.target));
document.addEventListener("focusin", (event) => close(event.target));
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

/* The way back leads to the list as it stood, for the same person: its tab, its filters, its page. */
const LIST = `attend-list:${document.querySelector('meta[name="attend-who"]')?.content}`;
if (document.querySelector("[data-list]")) sessionStorage.setItem(LIST, location.pathname + location.search);
for (const link of document.querySelectorAll("a[data-back]")) link.href = sessionStorage.getItem(LIST) ?? link.href;
for (const field of document.querySelectorAll("input[data-back]")) field.value = sessionStorage.getItem(LIST) ?? field.value;

