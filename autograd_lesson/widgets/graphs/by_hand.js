// The view of `step_by_hand`: the learner picks who passes its gradient on next.
//
// What is shown follows from `chosen` alone; every number came from Python.

function renderByHand({ model, el }) {
  const values = model.get("values");
  const widget = make(
    "div",
    { class: "autograd-player autograd-by-hand", role: "group", "aria-label": model.get("name") },
    el,
  );
  make("p", { class: "title" }, widget).textContent = model.get("name");
  const bar = make("div", { class: "bar", role: "group", "aria-label": "Who passes on next?" }, widget);
  make("span", {}, bar).textContent = "Pass on from";
  const buttons = values.map((value, place) => {
    if (!value.passes.length) return null;
    const button = make("button", { type: "button" }, bar);
    button.textContent = value.name;
    button.addEventListener("click", () => choose(place));
    return button;
  });
  const undo = make("button", { type: "button", class: "undo" }, bar);
  undo.textContent = "Undo";
  const picture = model.get("figure");
  widget.append(picture);
  const find = (id) => picture.querySelector(`[id="${id}"]`);
  values.forEach((value, place) => find(`n${place}`).addEventListener("click", () => choose(place)));
  const said = make("p", { class: "said", role: "status", "aria-live": "polite" }, widget);
  const sums = make("dl", {}, make("div", { class: "words" }, widget));

  const owed = (place, chosen) =>
    values.flatMap((value, other) =>
      chosen.includes(other) ? [] : value.passes.filter((edge) => edge.to === place).map(() => value.name),
    );
  const listed = (words) =>
    words.length > 1 ? `${words.slice(0, -1).join(", ")} and ${words.at(-1)}` : words[0];

  function refusal(place, chosen) {
    const { name, passes } = values[place];
    if (chosen.includes(place)) return `${name} has passed its gradient on already.`;
    if (!passes.length && !values[place].gradient) {
      return `${name} is a constant: it receives no gradient and has nobody to pass one to.`;
    }
    if (!passes.length) {
      return `${name} was not computed from anything: it has nobody to pass its gradient to.`;
    }
    const from = owed(place, chosen);
    if (!from.length) return "";
    return (
      `Not yet: ${name} is still owed ${model.get("counts")[from.length]} (from ${listed([...new Set(from)])}), ` +
      "so its gradient is not complete."
    );
  }

  function change(chosen) {
    model.set("chosen", chosen);
  }

  function choose(place) {
    const chosen = model.get("chosen");
    const reason = refusal(place, chosen);
    if (reason) {
      said.textContent = reason;
      said.classList.add("refused");
    } else change([...chosen, place]);
  }
  undo.addEventListener("click", () => change(model.get("chosen").slice(0, -1)));

  function received(place, chosen) {
    const arrived = chosen.flatMap((other) =>
      values[other].passes.filter((edge) => edge.to === place).map((edge) => edge.text),
    );
    if (place === values.length - 1) arrived.push(model.get("seed"));
    const waits = owed(place, chosen).length > 0;
    if (waits) arrived.push("?");
    const terms = arrived.join(" + ").replaceAll("+ -", "- ");
    return waits || arrived.length === 1 ? terms : `${terms} = ${values[place].gradient}`;
  }

  function show() {
    const chosen = model.get("chosen");
    const lastPlace = chosen.at(-1);
    sums.replaceChildren();
    values.forEach((value, place) => {
      const waits = owed(place, chosen);
      const box = find(`n${place}`);
      const text = received(place, chosen);
      const number = find(`n${place}-grad`); // an array has maps in its place, a constant nothing
      if (number) number.textContent = waits.length ? "?" : value.gradient;
      value.maps.forEach((id) => find(id).setAttribute("display", "none"));
      if (value.maps.length) find(value.maps[waits.length ? 0 : 1]).removeAttribute("display");
      const done = value.gradient ? "complete" : "a constant";
      find(`n${place}-note`).textContent = waits.length ? `waits for ${waits.length}` : done;
      box.setAttribute("class", `value${waits.length ? " waits" : ""}${place === lastPlace ? " result" : ""}`);
      if (value.gradient) {
        make("dt", {}, sums).textContent = `${value.name}.grad`;
        make("dd", {}, sums).textContent = text;
      }
      for (const edge of value.passes) {
        const crossed = chosen.includes(place);
        const active = place === lastPlace ? " active" : "";
        find(`e${edge.edge}`).setAttribute("class", `edge${crossed ? ` crossed${active}` : ""}`);
        find(`e${edge.edge}-contribution`).textContent = crossed ? edge.signed : "";
      }
      if (buttons[place]) {
        buttons[place].setAttribute("aria-disabled", chosen.includes(place) ? "true" : "false");
      }
    });
    undo.disabled = chosen.length === 0;
    said.classList.remove("refused");
    const all = values.filter((value) => value.passes.length).length;
    if (lastPlace === undefined) {
      said.textContent = `${values.at(-1).name} has its seed, ${model.get("seed")}. Who passes its gradient on first?`;
    } else {
      const { name, passes } = values[lastPlace];
      const parts = passes.map((edge) => `${edge.text} to ${values[edge.to].name}`);
      const end = chosen.length === all ? ". Every gradient is complete." : "";
      said.textContent = `${name} passes on ${listed(parts)}${end}`;
    }
  }

  model.on(show);
  show();
}
