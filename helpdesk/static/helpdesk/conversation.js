/* What only a ticket's page needs. */
import "./canned.js";
import "./mention.js";
import "./question-list.js";
import "./thread-start.js";
import "./presence.js";
