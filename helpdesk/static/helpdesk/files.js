/* Files go up as they are chosen, dropped on the form or pasted into it, one after the other, and stand in its list then:
   whatever is refused, the text and the other files stay. Without script they go with the form itself.
   What is sent meanwhile waits for those that are still on their way. */

for (const place of document.querySelectorAll("[data-upload]")) begin(place, place.closest("form"));

const named = (sentence, file) => sentence.replace("{name}", () => file.name);

function begin(place, form) {
  const input = place.querySelector("[type=file]");
  const waiting = [];
  let busy = false;
  let submitter = null;

  const add = (files) => {
    waiting.push(...[...files].map((file) => [file, line(file)]));
    if (!busy) next();
  };

  const line = (file) => {
    const item = document.createElement("li");
    const [name, bar] = [document.createElement("bdi"), document.createElement("progress")];
    name.textContent = file.name;
    bar.setAttribute("aria-label", file.name);
    item.append(name, " ", bar);
    place.querySelector("[data-given]").append(item);
    return item;
  };

  const next = async () => {
    busy = true;
    for (let one = waiting.shift(); one; one = waiting.shift()) await upload(...one);
    busy = false;
    if (submitter) form.requestSubmit(submitter);
  };

  const upload = async (file, item) => {
    if (file.size > Number(place.dataset.most)) return refuse(item, named(place.dataset.tooLarge, file));
    const { status, responseText } = await post(file, (share) => { item.querySelector("progress").value = share; });
    if (status === 201) {
      item.outerHTML = responseText;
      form.dispatchEvent(new Event("change"));
    } else refuse(item, status === 422 ? responseText : named(place.dataset.brokenOff, file));
  };

  const post = (file, progressed) => new Promise((done) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    body.append("file", file);
    request.upload.addEventListener("progress", ({ loaded, total }) => progressed(loaded / total));
    request.addEventListener("loadend", () => done(request));
    request.open("POST", place.dataset.upload);
    request.send(body);
  });

  /* Nothing is sent without what its writer wanted to go along: a file that was refused stops what waits. */
  const refuse = (item, words) => {
    submitter = null;
    item.className = "error";
    item.setAttribute("role", "alert");
    item.textContent = words;
  };

  const take = (event, files) => {
    if (!files.length) return;
    event.preventDefault();
    add(files);
  };

  input.addEventListener("change", () => {
    add(input.files);
    input.value = "";
  });
  form.addEventListener("dragover", (event) => { if (event.dataTransfer.types.includes("Files")) event.preventDefault(); });
  form.addEventListener("drop", (event) => take(event, event.dataTransfer.files));
  form.addEventListener("paste", (event) => {
    if (!event.clipboardData.types.includes("text/plain")) take(event, event.clipboardData.files);
  });
  form.addEventListener("submit", (event) => {
    if (!busy) return;
    event.preventDefault();
    submitter = event.submitter;
  });
}
