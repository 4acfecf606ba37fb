/* What only a ticket's page needs. */
import "./canned.js";
import "./question-list.js";
import "./thread-start.js";
import "./presence.js";

/* Whom a note may mention is offered to whoever begins to write: nobody else needs it. */
for (const list of document.querySelectorAll("[data-colleagues]")) {
  list.closest("form").addEventListener("focusin", () => import("./mention.js"), { once: true });
}
