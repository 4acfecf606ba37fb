/* Where the focus goes when the row that had it has left its list: to the row that came after it, else to the one
   before, else to the heading of the list; never to the very beginning of the page. */

const rows = () => [...document.querySelectorAll("[data-row]")];
const linkOf = (row) => row.querySelector("a[id]") ?? row.querySelector("a");

/** The links of the rows by their ids, as they stand, and which of the rows a node is in. */
export const listed = (node) => ({ links: rows().map((row) => linkOf(row)?.id), at: rows().findIndex((row) => row.contains(node)) });

/** What is nearest by now to where a list had the focus: the row itself where it is still there. */
export function nearest({ links, at }) {
  const order = at < 0 ? [] : [...links.slice(at), ...links.slice(0, at).reverse()];
  const there = order.map((id) => id && document.getElementById(id)).find(Boolean);
  return there ?? heading();
}

function heading() {
  const heading = document.querySelector("[data-list] h1, main h1") ?? document.querySelector("main");
  heading.tabIndex = -1;
  return heading;
}
