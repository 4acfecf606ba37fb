/* Canned replies: [data-canned] beside a text opens its list in place, as does `/` at the start of a line. What is chosen
   is put where one writes, and can be taken back by the browser's own undo; a place that is to be filled in is marked. */

const WAIT = 150;
const OPEN = /\{\{[^{}\n]{0,100}\}\}|(?<![\w/_])_{3,}(?![\w_])/;

for (const place of document.querySelectorAll("[data-canned]")) begin(place, place.closest("form"));

function begin(place, form) {
  const text = form.querySelector("textarea[name=body]");
  const button = place.querySelector("[data-key]");
  const picker = place.querySelector("#canned-picker");
  const told = place.querySelector("#canned-told");
  let [timer, slash] = [0, false];

  const show = async (words = "") => {
    const answer = await fetch(`${place.dataset.canned}?q=${encodeURIComponent(words)}`);
    if (!answer.ok) return;
    const had = picker.contains(document.activeElement);
    picker.innerHTML = await answer.text();
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
    const body = new FormData();
    body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    body.append("canned", number);
    const answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" } });
    if (answer.ok) put(await answer.json());
  };

  const put = (given) => {
    close();
    if (slash) text.setSelectionRange(text.selectionStart - 1, text.selectionEnd);
    slash = false;
    const from = text.selectionStart;
    if (!document.execCommand("insertText", false, given.body)) text.setRangeText(given.body, from, text.selectionEnd, "end");
    form.querySelector("[data-given]").insertAdjacentHTML("beforeend", given.files);
    place.querySelector("#reply-chips").insertAdjacentHTML("beforeend", given.chips);
    told.textContent = given.told;
    told.hidden = !given.told;
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
    if (picker.hidden) show();
    else close();
  });
  text.addEventListener("keydown", (event) => {
    const { selectionStart: from, selectionEnd: to, value } = text;
    if (event.key !== "/" || event.isComposing || from !== to || (from > 0 && value[from - 1] !== "\n")) return;
    slash = true;
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
      slash = false;
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
