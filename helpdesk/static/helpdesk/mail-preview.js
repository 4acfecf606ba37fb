/* The preview stands in a frame below its button; without this, on a page beside this one. What is typed stays. */
import { sealedFrame } from "./written-mail.js";

document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-preview]");
  if (!button || button.closest("form").querySelector(`iframe[name="${button.formTarget}"]`)) return;
  const frame = sealedFrame(button.dataset.preview);
  frame.name = button.formTarget;
  button.closest(".field").append(frame);
});
