/* <question-list data-unticked="[…]">: says beside the buttons how many questions are not ticked. It holds nothing up. */

class QuestionList extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form");
    this.words = JSON.parse(this.dataset.unticked);
    for (const kind of ["change", "restored"]) this.addEventListener(kind, () => this.say());
    requestAnimationFrame(() => this.say()); /* once a draft has put its ticks back */
  }

  say() {
    const said = this.querySelector("#unticked");
    const boxes = [...this.querySelectorAll("input")];
    said.textContent = this.words[boxes.filter((box) => !box.checked).length] ?? "";
    said.hidden = !said.textContent;
    for (const button of this.form.querySelectorAll("#send-reply button[name=then]")) {
      button.setAttribute("aria-describedby", said.id);
    }
  }
}

customElements.define("question-list", QuestionList);
