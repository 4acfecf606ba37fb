/* <undo-toast seconds="8">: what was just done and a way back, for a moment; focus or pointer on it holds it. */

class UndoToast extends HTMLElement {
  connectedCallback() {
    this.classList.add("toast");
    this.setAttribute("role", "status");
    this.left = Number(this.getAttribute("seconds") ?? 8);
    this.timer = setInterval(() => this.pass(), 1000);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  pass() {
    if (this.matches(":hover, :focus-within")) return;
    this.left -= 1;
    if (this.left <= 0) this.remove();
  }
}

customElements.define("undo-toast", UndoToast);
