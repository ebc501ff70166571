// The view of a player whose steps are also chosen on the picture: a click on an element with a
// `data-step` goes to that step.

function renderPicker({ model, el }) {
  render({ model, el });
  model.get("figure").addEventListener("click", (event) => {
    const target = event.target.closest("[data-step]");
    if (!target) return;
    model.set("step", Number(target.dataset.step));
  });
}
