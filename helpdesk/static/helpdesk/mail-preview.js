/* The preview stands in a frame below the form, out of the way from the text to sending; without this, on a page beside
   this one. What is typed stays. */
import { sealedFrame } from "./written-mail.js";

document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-preview]");
  if (!button || button.closest("form").querySelector(`iframe[name="${button.formTarget}"]`)) return;
  const frame = sealedFrame(button.dataset.preview);
  frame.name = button.formTarget;
  frame.addEventListener("load", () => requestAnimationFrame(() => frame.scrollIntoView({ block: "nearest" })));
  button.closest("form").append(frame);
});
