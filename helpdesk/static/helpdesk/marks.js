/* Marks in a text: [data-marks] names the field, each [data-mark] in it puts one there, and so do Ctrl+B and Ctrl+K.
   What is put in can be taken back by the browser's own undo. */

const LEADS = /^(https?:\/\/|mailto:)\S+$/i;

const MARKS = {
  bold: (words) => around(words, "**", "**"),
  link: (words) => (LEADS.test(words) ? [`[](${words})`, 1, 1] : [`[${words}](https://)`, words ? words.length + 3 : 1, words ? words.length + 11 : 1]),
  list: (words) => lines(words, () => "- "),
  numbers: (words) => lines(words, (number) => `${number}. `),
};

/* Each gives what stands in the place of the chosen words, and what of that is chosen then. */
function around(words, before, after) {
  const marked = words.length > 4 && words.startsWith(before) && words.endsWith(after);
  const text = marked ? words.slice(2, -2) : before + words + after;
  return marked ? [text, 0, text.length] : [text, before.length, before.length + words.length];
}

function lines(words, mark) {
  const text = words.split("\n").map((line, at) => mark(at + 1) + line).join("\n");
  return [text, text.length, text.length];
}

/* What is chosen, without blanks at its ends; of lists the whole of its lines. */
function chosen(field, kind) {
  let { selectionStart: from, selectionEnd: to, value } = field;
  if (kind === "list" || kind === "numbers") {
    from = value.lastIndexOf("\n", from - 1) + 1;
    const end = value.indexOf("\n", to);
    return [from, end < 0 ? value.length : end];
  }
  while (from < to && /\s/.test(value[from])) from += 1;
  while (to > from && /\s/.test(value[to - 1])) to -= 1;
  return [from, to];
}

function put(field, kind) {
  const [from, to] = chosen(field, kind);
  const [text, first, last] = MARKS[kind](field.value.slice(from, to));
  field.focus();
  field.setSelectionRange(from, to);
  if (!document.execCommand("insertText", false, text)) {
    field.setRangeText(text);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  field.setSelectionRange(from + first, from + last);
}

for (const bar of document.querySelectorAll("[data-marks]")) {
  const field = document.getElementById(bar.dataset.marks);
  bar.hidden = false;
  bar.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-mark]");
    if (button) put(field, button.dataset.mark);
  });
  field.addEventListener("keydown", (event) => {
    const kind = { KeyB: "bold", KeyK: "link" }[event.code];
    if (!kind || event.altKey || event.shiftKey || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    put(field, kind);
  });
}
