// Several widgets of which one is shown: a button for each, named by the title above it.

function showOneOf(key) {
  for (const place of document.querySelectorAll(`[data-autograd-choice="${key}"]`)) {
    place.removeAttribute("data-autograd-choice");
    const parts = [...place.children];
    const bar = make("div", { class: "bar", role: "group", "aria-label": "Which graph?" }, place);
    place.prepend(bar);
    const buttons = parts.map((part) => {
      const title = part.firstElementChild;
      const button = make("button", { type: "button" }, bar);
      button.textContent = title.textContent;
      button.addEventListener("click", () => show(part));
      title.remove();
      return button;
    });
    const show = (chosen) =>
      parts.forEach((part, position) => {
        part.hidden = part !== chosen;
        buttons[position].setAttribute("aria-pressed", String(part === chosen));
      });
    show(parts[0]);
  }
}
