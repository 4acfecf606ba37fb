/* Whoever logs out by hand leaves nothing behind in the browser. The page that arrives then says whose login it was, by
   [data-left]: nothing that the page before it did, or could not do, counts any more. Other tabs hear of it at once, or,
   where they are asleep, find the time of it when they wake. */

const PREFIX = "attend-left:";
const who = document.querySelector('meta[name="attend-who"]')?.content;
const left = document.querySelector("[data-left]")?.dataset.left;

if (left) {
  sessionStorage.clear();
  localStorage.setItem(PREFIX + left, Date.now());
  history.replaceState(history.state, "", location.pathname); /* loaded again, or gone back to, it says so no more */
}

/** When a person has logged out by hand in this browser, in milliseconds of its clock; 0 for never. */
export const leftAt = (person) => Number(localStorage.getItem(PREFIX + person));

/** Call back when somebody logs out by hand in another tab, with whether this page is theirs. */
export function onLeaving(heard) {
  addEventListener("storage", ({ key, newValue }) => {
    if (key?.startsWith(PREFIX) && newValue) heard(key === PREFIX + who);
  });
}
