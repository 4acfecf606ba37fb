/* <question-list data-unticked="[…]">: says beside the buttons how many questions are not ticked. It holds nothing up.
   A tick is the reader's own; a draft keeps it, and brings it back. */

class QuestionList extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", () => this.say());
    addEventListener("load", () => this.say());
    document.body.addEventListener("htmx:afterSwap", () => this.say());
    this.say();
  }

  say() {
    const said = this.querySelector("#unticked");
    if (!said) return;
    const open = this.querySelectorAll("input:not(:checked)").length;
    const words = JSON.parse(this.dataset.unticked)[open] ?? "";
    if (said.textContent !== words) said.textContent = words;
    said.hidden = !words;
    for (const button of this.closest("form").querySelectorAll("#send-reply button[name=then]")) {
      button.setAttribute("aria-describedby", said.id);
    }
  }
}

customElements.define("question-list", QuestionList);
