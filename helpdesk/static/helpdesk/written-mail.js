/* What a mail said as HTML opens in its place, in a frame in which nothing acts. The frame is fetched when it is asked
   for, and is as high as what is in it, up to what its style allows. */

/* Ours, and without scripts: what is in it may be measured from here, and does nothing by itself. */
const SANDBOX = "allow-same-origin allow-popups allow-popups-to-escape-sandbox";

export function sealedFrame(title) {
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", SANDBOX);
  frame.title = title;
  frame.className = "sealed";
  frame.addEventListener("load", () => fit(frame));
  return frame;
}

function fit(frame) {
  const page = frame.contentDocument?.documentElement;
  if (!page) return;
  const measure = () => { frame.height = Math.ceil(page.getBoundingClientRect().height) + 2; };
  new ResizeObserver(measure).observe(page);
}

document.addEventListener("toggle", ({ target }) => {
  if (!target.matches?.("details[data-frame]") || !target.open || target.querySelector("iframe")) return;
  const frame = sealedFrame(target.dataset.title);
  frame.src = target.dataset.frame;
  target.querySelector("summary").after(frame);
}, true);
