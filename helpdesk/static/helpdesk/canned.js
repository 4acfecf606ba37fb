/* Canned replies: [data-canned] beside a text opens its list in place, as does `/` at the start of a line. What is chosen
   is put where one writes, and can be taken back by the browser's own undo; a place that is to be filled in is marked.
   Whoever types on behind the slash before the list has come is already looking for these words. */
import { answered } from "./whose-login.js";

const WAIT = 150;
const OPEN = /\{\{[^{}\n]{0,100}\}\}|(?<![\w/_])_{3,}(?![\w_])/;

for (const place of document.querySelectorAll("[data-canned]")) begin(place, place.closest("form"));

function begin(place, form) {
  const text = form.querySelector("textarea[name=body]");
  const button = place.querySelector("[data-key]");
  const picker = place.querySelector("#canned-picker");
  const told = place.querySelector("#canned-told");
  let [timer, slash, asked] = [0, -1, 0];

  const say = (words) => {
    told.textContent = words;
    told.hidden = !words;
  };

  /** What stands between the slash and the cursor. */
  const behind = () => (slash < 0 ? "" : text.value.slice(slash + 1, text.selectionStart));

  const show = async (words = "") => {
    asked += 1;
    const mine = asked;
    const answer = await answered(`${place.dataset.canned}?q=${encodeURIComponent(words)}`);
    const found = answer?.ok && (await answer.text());
    if (mine !== asked) return;
    say(found ? "" : place.dataset.unreachable);
    if (!found) return;
    if (picker.hidden && behind().includes("\n")) slash = -1;
    else if (picker.hidden && behind() !== words) show(behind());
    else fill(found, words);
  };

  const fill = (found, words) => {
    const had = picker.contains(document.activeElement);
    picker.innerHTML = found;
    picker.hidden = false;
    button.setAttribute("aria-expanded", "true");
    picker.querySelector("[data-canned-words]").hidden = false;
    const field = picker.querySelector("#canned-words");
    field.focus();
    if (had) field.setSelectionRange(words.length, words.length);
  };

  const close = () => {
    picker.hidden = true;
    picker.replaceChildren();
    button.setAttribute("aria-expanded", "false");
    text.focus();
  };

  const insert = async (number, address = place.dataset.canned) => {
    const answer = await answered(address, () => {
      const body = new FormData();
      body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
      body.append("canned", number);
      return { method: "POST", body, headers: { Accept: "application/json" } };
    });
    if (answer?.ok) put(await answer.json());
    else say(place.dataset.unreachable);
  };

  const put = (given) => {
    close();
    if (slash >= 0) text.setSelectionRange(slash, text.selectionEnd);
    slash = -1;
    const from = text.selectionStart;
    if (!document.execCommand("insertText", false, given.body)) text.setRangeText(given.body, from, text.selectionEnd, "end");
    form.querySelector("[data-given]").insertAdjacentHTML("beforeend", given.files);
    place.querySelector("#reply-chips").insertAdjacentHTML("beforeend", given.chips);
    if (given.holding) form.elements.holding.checked = true;
    say(given.told);
    text.dispatchEvent(new Event("input", { bubbles: true }));
    mark(text, from);
  };

  place.addEventListener("click", (event) => {
    const note = event.target.closest("[data-note]");
    if (!note) return;
    event.preventDefault();
    insert("", note.formAction);
  });
  button.addEventListener("click", (event) => {
    event.preventDefault();
    slash = -1;
    if (picker.hidden) show();
    else close();
  });
  text.addEventListener("keydown", (event) => {
    const { selectionStart: from, selectionEnd: to, value } = text;
    if (event.key !== "/" || event.isComposing || from !== to || (from > 0 && value[from - 1] !== "\n")) return;
    slash = from;
    setTimeout(show); /* once it stands there: whoever wanted a slash goes on from it by Escape */
  });
  picker.addEventListener("input", ({ target }) => {
    if (target.id !== "canned-words") return;
    clearTimeout(timer);
    timer = setTimeout(() => show(target.value), WAIT);
  });
  picker.addEventListener("keydown", (event) => {
    const list = picker.querySelector("select");
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      slash = -1;
      close();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (list?.value) insert(list.value);
    } else if (["ArrowDown", "ArrowUp"].includes(event.key) && list && event.target !== list) {
      event.preventDefault();
      const at = list.selectedIndex + (event.key === "ArrowDown" ? 1 : -1);
      list.selectedIndex = Math.max(0, Math.min(list.length - 1, at));
    }
  });
  picker.addEventListener("click", (event) => {
    const list = picker.querySelector("select");
    if (!event.target.closest("[data-canned-insert]")) return;
    event.preventDefault();
    if (list.value) insert(list.value);
  });
  picker.addEventListener("dblclick", ({ target }) => { if (target.matches("option")) insert(target.value); });
  place.querySelector("[data-canned-hint]").hidden = false;
  if (!picker.hidden) picker.querySelector("select")?.focus();
  /* Only then does the address's own place no longer take the focus. */
  if (place.querySelector("[data-open-place]")) addEventListener("load", () => mark(text, 0));
}

/* What is to be filled in next is chosen, so that typing takes its place. */
function mark(text, from) {
  const found = OPEN.exec(text.value.slice(from));
  if (!found) return;
  text.focus();
  text.setSelectionRange(from + found.index, from + found.index + found[0].length);
}
