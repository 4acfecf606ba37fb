/* A conversation opens where one begins to read: at what is new, else at the first message that waits for an answer.
   Not where the address names a place, where the browser goes back to one, or where something has the focus already. */

const start = document.querySelector("[data-starts]");
const [{ type } = {}] = performance.getEntriesByType("navigation");
const isBelow = (node) => node.getBoundingClientRect().top > innerHeight / 2;
const isFree = () => !location.hash && type === "navigate" && document.activeElement === document.body;

if (start && isBelow(start) && isFree()) start.scrollIntoView();

/* Whoever has asked for earlier entries goes on from the way to still earlier ones. */
document.body.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (!detail.requestConfig?.path.includes("/messages/earlier/") || document.activeElement !== document.body) return;
  const next = document.querySelector(".timeline .gap a") ?? document.querySelector(".timeline > li");
  if (!next.matches("a")) next.tabIndex = -1;
  next.focus({ preventScroll: true });
});

/* A part that comes after the page and cannot be had says so, and leaves the way to it. */
for (const event of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.body.addEventListener(event, ({ target }) => {
    const said = target.dataset?.failed;
    if (!said || target.querySelector(".notice")) return;
    target.prepend(Object.assign(document.createElement("p"), { className: "notice", textContent: said }));
  });
}
