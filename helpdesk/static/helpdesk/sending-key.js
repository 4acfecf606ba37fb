/* Ctrl+Enter (or ⌘Enter) in a text sends it, by the first button that is offered for that: what the button says. */

document.addEventListener("keydown", (event) => {
  const wanted = event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  const form = wanted && !event.isComposing && !event.repeat && event.target.closest?.("textarea")?.form;
  if (!form || event.defaultPrevented) return;
  const buttons = [...form.querySelectorAll("button.primary:not([type=button], [type=reset], :disabled)")];
  const button = buttons.find((one) => one.checkVisibility?.() ?? true);
  if (!button) return;
  event.preventDefault();
  form.requestSubmit(button);
});
