/* Whose login this browser has, asked without leaving the page. The way back in is fetched once it is needed. */

const { who, here } = document.getElementById("login-here")?.dataset ?? {};

/** Whether it is still their login; forms have the token of it from then on. Fails where the server cannot be reached. */
export async function isHere(signal) {
  return isMine(await (await fetch(here, { signal, headers: { Accept: "application/json" } })).json());
}

export function isMine(found) {
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = found.token;
  return String(found.who) === who;
}

/** Ask for the password over the page; whether they came in. */
export async function comeBack() {
  const way = await import("./login-here.js").catch(() => null);
  return Boolean(way) && way.askedBack();
}

/** What the server answers to something asked beside the page; null where it cannot be reached. Whoever's session has
    ended is asked to come back first, and what is asked is made anew then: its token is another. */
export async function answered(address, options = () => ({})) {
  const answer = await fetch(address, options()).catch(() => null);
  if (!answer?.redirected) return answer;
  return (await comeBack()) ? answered(address, options) : null;
}
