/* <undo-toast>: the offer to undo what was just done, for eight seconds of being looked at. It stays while it has the
   focus or the pointer, and says nothing by itself; afterwards the same is among the actions of the ticket. */

const LONG = 8000;

class UndoToast extends HTMLElement {
  connectedCallback() {
    this.listening = new AbortController();
    const { signal } = this.listening;
    for (const kind of ["focusin", "pointerenter"]) this.addEventListener(kind, () => this.stay(), { signal });
    for (const kind of ["focusout", "pointerleave"]) this.addEventListener(kind, () => this.wait(), { signal });
    document.addEventListener("visibilitychange", () => (document.hidden ? this.stay() : this.wait()), { signal });
    this.wait();
  }

  disconnectedCallback() {
    this.stay();
    this.listening.abort();
  }

  stay() {
    clearTimeout(this.timer);
  }

  wait() {
    this.stay();
    this.timer = setTimeout(() => { this.hidden = !this.matches(":focus-within, :hover"); }, LONG);
  }
}

customElements.define("undo-toast", UndoToast);
