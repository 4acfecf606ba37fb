/* The way back in, over the page: the password of the person whose page it is, then the code of whoever has a second
   factor, and nobody else's. What forms need to be believed is renewed with it. */
import { isMine } from "./whose-login.js";

const way = document.getElementById("login-here");
const { here, login, code, elsewhere, more, anew, unreachable } = way.dataset;

let asking = null;

/** Ask for the password in a dialog; whether they came in. Asked twice at once, it is one dialog. */
export function askedBack() {
  asking ??= new Promise((done) => open(done)).finally(() => { asking = null; });
  return asking;
}

function open(done) {
  const dialog = way.content.firstElementChild.cloneNode(true);
  const form = dialog.querySelector("form");
  const before = document.activeElement;
  let came = false;
  dialog.addEventListener("close", () => {
    dialog.remove();
    before?.focus();
    done(came);
  });
  dialog.querySelector("[data-later]").addEventListener("click", () => dialog.close());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { is, why } = await attempt(form).catch(() => ({ why: unreachable }));
    came = is === "in";
    if (came) dialog.close();
    else if (is) ask(form, is, why);
    else tell(form, why);
  });
  ask(form, login);
  document.body.append(dialog);
  dialog.showModal();
}

/** Show the step that is asked at an address, and that alone: the password, or the code after it. */
function ask(form, step, why = "") {
  form.dataset.step = step;
  for (const part of form.querySelectorAll("fieldset[data-step]")) part.hidden = part.disabled = part.dataset.step !== step;
  tell(form, why);
}

function tell(form, why) {
  const said = form.querySelector("[role=alert]");
  said.hidden = !why;
  said.textContent = why;
  const field = form.querySelector(`fieldset[data-step="${form.dataset.step}"] [required]`);
  field.focus();
  field.select();
}

/** The ordinary login, with all that it counts and asks: whether they are in, at which step they are, or why not. */
async function attempt(form) {
  const { token } = await (await fetch(here)).json();
  const body = new FormData(form);
  body.append("csrfmiddlewaretoken", token);
  body.append("next", here);
  const { step } = form.dataset;
  const answer = await fetch(step, { method: "POST", body });
  const { pathname } = new URL(answer.url);
  if (pathname === here) return isMine(await answer.json()) ? { is: "in" } : { why: elsewhere };
  if (pathname === code && step !== code) return { is: code };
  if (pathname === login && step !== login) return { is: login, why: anew };
  return { why: whyNot(answer, await answer.text()) };
}

function whyNot({ ok }, text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  return page.querySelector("main [role=alert]")?.textContent.trim() || (ok ? more : page.querySelector("main p")?.textContent.trim());
}
