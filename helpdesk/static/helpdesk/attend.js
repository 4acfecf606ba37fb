/* What every page loads: the custom elements, each a small module of its own. */
import "./due-time.js";
import "./hot-keys.js";
import "./live-state.js";
import "./undo-toast.js";

/* An open menu closes by Escape, or when one turns to something else. */
const close = (except) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(except)) menu.open = false;
};
document.addEventListener("click", (event) => close(event.target));
document.addEventListener("focusin", (event) => close(event.target));
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
