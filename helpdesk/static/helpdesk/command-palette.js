/* <command-palette>, once it is asked for: lists all that the page offers and where one can go, and finds it by any of
   its letters. Nothing is sent that a press of its own button would not send. */
import { nameOf, offers, places, use } from "./page-offers.js";

/** Letters alone: without case, accents and niqqud; the signs of Indic scripts are letters. */
const letters = (text) => text.normalize("NFKD").replace(/[\p{sc=Inherited}\u0591-\u05C7]/gu, "").toLocaleLowerCase();

const made = (tag, facts, ...children) => {
  const node = Object.assign(document.createElement(tag), facts);
  node.append(...children);
  return node;
};

class CommandPalette extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    this.field = this.querySelector("input");
    this.list = this.querySelector("ul");
    this.none = this.querySelector("p");
    this.dialog.onkeydown = (event) => this.walk(event);
    this.dialog.onclose = () => { this.field.value = ""; };
    this.field.oninput = () => this.show();
    this.list.onclick = ({ target }) => this.choose(target.closest("[role=option]"));
  }

  /** The dialog is open, and something may be typed, and even chosen, already. */
  open(isChosen) {
    this.found = this.everything();
    this.show();
    if (isChosen) this.choose(this.list.firstElementChild);
  }

  everything() {
    const known = new Map([...places(), ...offers()].map((node) => [node, nameOf(node)]));
    return [...known].filter(([, name]) => name).map(([node, name]) => ({ node, name, key: node.dataset.key ?? "" }));
  }

  show() {
    const words = letters(this.field.value).split(/\s+/).filter(Boolean);
    const fits = this.found.filter(({ name }) => words.every((word) => letters(name).includes(word)));
    this.list.replaceChildren(...fits.map((one, at) => this.option(one, at)));
    this.list.hidden = !fits.length;
    this.none.textContent = fits.length ? "" : this.dataset.none;
    this.mark(this.list.firstElementChild);
  }

  option({ node, name, key }, at) {
    const item = made("li", { id: `palette-${at}`, role: "option", dir: "auto" }, name);
    if (key) item.append(" ", made("kbd", { textContent: key }));
    item.offered = node;
    return item;
  }

  mark(item) {
    for (const one of this.list.children) one.setAttribute("aria-selected", one === item);
    if (item) this.field.setAttribute("aria-activedescendant", item.id);
    else this.field.removeAttribute("aria-activedescendant");
    item?.scrollIntoView({ block: "nearest" });
  }

  walk(event) {
    const now = this.list.querySelector("[aria-selected=true]");
    const next = { ArrowDown: now?.nextElementSibling, ArrowUp: now?.previousElementSibling };
    if (event.key in next) {
      event.preventDefault();
      if (next[event.key]) this.mark(next[event.key]);
    } else if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      if (!event.repeat) this.choose(now);
    }
  }

  choose(item) {
    if (!item) return;
    this.dialog.close();
    use(item.offered);
  }
}

customElements.define("command-palette", CommandPalette);
