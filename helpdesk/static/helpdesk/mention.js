/* [data-colleagues]: while a note is written, `@` and the beginning of a name offer those who may see the ticket. What is
   chosen is put where one writes, and can be taken back by the browser's own undo. Without it one types an address. */

const WAIT = 150;
const BEGUN = /(?:^|[^\p{L}\p{N}.+@-])@([^\n@]{0,40})$/u;

for (const list of document.querySelectorAll("[data-colleagues]")) begin(list, list.closest("form"));

function begin(list, form) {
  const text = form.querySelector("textarea[name=body]");
  let [timer, asked, offered, at] = [0, 0, [], 0];

  const said = () => {
    if (form.elements.mode.value !== "note" || text.selectionStart !== text.selectionEnd) return null;
    return BEGUN.exec(text.value.slice(0, text.selectionStart))?.[1] ?? null;
  };

  const close = () => {
    clearTimeout(timer);
    asked += 1;
    offered = [];
    list.hidden = true;
    list.replaceChildren();
    text.removeAttribute("aria-activedescendant");
  };

  const point = (to) => {
    at = (to + offered.length) % offered.length;
    [...list.children].forEach((one, number) => one.setAttribute("aria-selected", String(number === at)));
    text.setAttribute("aria-activedescendant", list.children[at].id);
  };

  const option = ({ name, address }, number) => {
    const [one, who, where] = ["li", "bdi", "bdi"].map((kind) => document.createElement(kind));
    one.id = `colleague-${number}`;
    one.setAttribute("role", "option");
    who.textContent = name;
    where.textContent = address;
    where.className = "soft";
    one.append(who, " ", where);
    return one;
  };

  const offer = async (words) => {
    const mine = ++asked;
    const answer = await fetch(`${list.dataset.colleagues}?q=${encodeURIComponent(words)}`).catch(() => null);
    if (!answer?.ok || answer.redirected || mine !== asked) return;
    const found = (await answer.json()).colleagues;
    if (mine !== asked || said() !== words) return;
    if (!found.length) return close();
    offered = found;
    list.replaceChildren(...found.map(option));
    list.hidden = false;
    point(0);
  };

  const choose = (number) => {
    const [words, { says }] = [said() ?? "", offered[number]];
    text.focus();
    text.setSelectionRange(text.selectionStart - words.length, text.selectionStart);
    close();
    if (!document.execCommand("insertText", false, `${says} `)) {
      text.setRangeText(`${says} `, text.selectionStart, text.selectionEnd, "end");
      text.dispatchEvent(new Event("input", { bubbles: true }));
    }
    close();
  };

  text.setAttribute("aria-controls", list.id);
  const heard = () => {
    const words = said();
    clearTimeout(timer);
    if (words === null) return close();
    timer = setTimeout(() => offer(words), WAIT);
  };

  text.addEventListener("input", heard);
  text.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing || event.ctrlKey || event.metaKey) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step && !["Enter", "Tab", "Escape"].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    if (step) point(at + step);
    else if (event.key === "Escape") close();
    else choose(at);
  });
  text.addEventListener("blur", () => setTimeout(close, WAIT));
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const number = [...list.children].indexOf(event.target.closest("li"));
    if (number >= 0) choose(number);
  });
  if (document.activeElement === text) heard(); /* what was typed while this was being fetched */
}
