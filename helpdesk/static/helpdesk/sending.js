/* Nothing leaves a page on which somebody writes before what is written is saved, and it is known that they are still
   logged in: else the password is asked for over the page, and what was pressed goes on by itself. */
import { drafts, forget } from "./draft.js";
import { comeBack, isHere } from "./whose-login.js";

const PATIENCE = 8_000;

let released = null;
let settling = false;

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (submitter?.matches("[data-discards]")) return drafts.find((draft) => draft.form === form)?.discard();
  if (event.defaultPrevented || !event.cancelable) return;
  if (!isMeant(form, submitter) || released === form || (!settling && !isUnsettled(form))) return goes(form);
  event.preventDefault();
  if (!settling) goOn(form, submitter);
});

/* What was pressed is what goes: until then the page around it is not put in anew, which may offer something else there. */
document.body.addEventListener("htmx:beforeSwap", ({ detail }) => { if (settling) detail.shouldSwap = false; });

function goes(form) {
  if (form.matches("[data-leaves]")) forget();
}

const isMeant = (form, submitter) =>
  drafts.length > 0 && form.method === "post" && !submitter?.formTarget && !form.closest("dialog") && !form.hasAttribute("hx-post");

const isUnsettled = (form) => form.matches("[data-draft]") || drafts.some((draft) => draft.isUnsettled);

async function goOn(form, submitter) {
  settling = true;
  const why = await settled(form).catch(() => "unreachable");
  settling = false;
  if (why) return tell(form, why);
  released = form;
  form.requestSubmit(submitter?.isConnected ? submitter : document.getElementById(submitter?.id));
  released = null;
}

/** Why what was pressed cannot go on now, or nothing. */
async function settled(form) {
  let found = await saved(form);
  if (found === "login" && (await comeBack())) found = await saved(form);
  return found;
}

/* What the server did not save in time this tab keeps: it stops nothing, unless the server cannot be reached at all. */
async function saved(form) {
  const saves = Promise.all(drafts.map(async (draft) => [draft, await draft.save()]));
  const told = await Promise.race([saves, new Promise((done) => setTimeout(done, PATIENCE, []))]);
  if (told.some(([, said]) => said === "login")) return "login";
  if (told.some(([draft, said]) => draft.form === form && ["elsewhere", "sent"].includes(said))) return "seen";
  return (await isHere(AbortSignal.timeout(PATIENCE))) ? "" : "login";
}

function tell(form, why) {
  const draft = drafts.find((one) => one.form === form) ?? drafts.find((one) => one.isWritten) ?? drafts[0];
  if (why === "unreachable") draft.sayUnsent();
  dispatchEvent(new Event("attend:stayed"));
}
