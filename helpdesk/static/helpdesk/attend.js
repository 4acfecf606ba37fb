/* What every page loads: the custom elements, each a small module of its own. */
import "./due-time.js";
import "./hot-keys.js";
import "./live-state.js";
import "./undo-toast.js";

/* A choice that takes effect at once where there is script; the button beside it is for where there is none. */
for (const button of document.querySelectorAll("[data-without-script]")) button.hidden = true;
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
});
