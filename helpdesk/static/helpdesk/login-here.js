/* Whose login this browser has, asked without leaving the page; and the way back in over it: the password of the person
   whose page it is, and nobody else's. What forms need to be believed is renewed with it. */

const way = document.getElementById("login-here");
const { who, here, login, elsewhere, more, unreachable } = way?.dataset ?? {};

/** Whether it is still their login; forms have the token of it from then on. Fails where the server cannot be reached. */
export async function isHere(signal) {
  return isMine(await (await fetch(here, { signal, headers: { Accept: "application/json" } })).json());
}

function isMine(found) {
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = found.token;
  return String(found.who) === who;
}

let asking = null;

/** Ask for the password in a dialog; whether they came in. Asked twice at once, it is one dialog. */
export function comeBack() {
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
    const why = await tryPassword(form).catch(() => unreachable);
    came = !why;
    if (came) dialog.close();
    else tell(form, why);
  });
  document.body.append(dialog);
  dialog.showModal();
}

function tell(form, why) {
  const said = form.querySelector("[role=alert]");
  said.hidden = false;
  said.textContent = why;
  form.elements.password.select();
}

/** The ordinary login, with all that it counts and asks; nothing where they are in, else why not. */
async function tryPassword(form) {
  const { token } = await (await fetch(here)).json();
  const body = new FormData(form);
  body.append("csrfmiddlewaretoken", token);
  body.append("next", here);
  const answer = await fetch(login, { method: "POST", body });
  if (new URL(answer.url).pathname === here) return isMine(await answer.json()) ? "" : elsewhere;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector("main [role=alert]")?.textContent.trim() || (answer.ok ? more : page.querySelector("main p")?.textContent.trim());
}
