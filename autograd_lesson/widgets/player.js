// The view of every player: one picture, many frames, stepping in the browser.
//
// A frame holds only what changes from the frame before it; a state is all frames up to it laid over
// each other, so that going back is showing an earlier state.

const BUTTONS = {
  first: ["First", "Home"],
  back: ["Back", "left arrow"],
  play: ["Play", "space"],
  next: ["Next", "right arrow"],
  last: ["Last", "End"],
};
const KEYS = { Home: "first", ArrowLeft: "back", " ": "play", ArrowRight: "next", End: "last" };
const MILLISECONDS_A_STEP = 1100;

function make(tag, attributes, parent) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  parent.append(element);
  return element;
}

function statesOf(frames) {
  let state = {};
  return frames.map((frame) => (state = { ...state, ...frame.changes }));
}

function render({ model, el }) {
  const frames = model.get("frames");
  const states = statesOf(frames);
  const last = frames.length - 1;
  const player = make(
    "div",
    {
      class: "autograd-player",
      role: "group",
      tabindex: "0",
      "aria-label": model.get("name"),
      "aria-description": "Arrow keys step, Home and End jump, space plays.",
    },
    el,
  );
  const bar = make("div", { class: "bar" }, player);
  const buttons = {};
  for (const [act, [word, key]] of Object.entries(BUTTONS)) {
    buttons[act] = make("button", { type: "button", title: `${word} (${key})` }, bar);
    buttons[act].textContent = word;
  }
  const slider = make(
    "input",
    { type: "range", min: 0, max: last, step: 1, "aria-label": "Step" },
    bar,
  );
  const count = make("span", { class: "count" }, bar);
  const picture = model.get("figure");
  player.append(picture);
  const words = make("div", { class: "words", role: "status", "aria-live": "polite" }, player);
  const elements = {};
  const shown = {};

  function show() {
    const step = model.get("step");
    for (const [key, value] of Object.entries(states[step])) {
      if (shown[key] === value) continue;
      const [id, attribute] = key.split(" ");
      elements[id] ??= picture.querySelector(`[id="${id}"]`);
      if (attribute === "text") elements[id].textContent = value;
      else if (value === null) elements[id].removeAttribute(attribute);
      else elements[id].setAttribute(attribute, value);
      shown[key] = value;
    }
    keepInSight();
    slider.value = step;
    slider.setAttribute("aria-valuetext", `${step} of ${last}: ${frames[step].title}`);
    count.textContent = `${step} / ${last}`;
    words.replaceChildren();
    make("p", { class: "title" }, words).textContent = frames[step].title;
    let list; // pairs that follow each other are one list, with no sentence in it
    for (const line of frames[step].lines) {
      list = Array.isArray(line) && (list || make("dl", {}, words));
      if (list) make("dt", {}, list).textContent = line[0];
      make(list ? "dd" : "p", {}, list || words).textContent = list ? line[1] : line;
    }
  }

  // Where the picture is larger than its page, as it is once its box is ticked.
  picture.addEventListener("change", keepInSight);
  function keepInSight() {
    const element = picture.querySelector(".active, .operand, .new, .passes");
    if (!element) return;
    const [inside, around] = [element, picture].map((each) => each.getBoundingClientRect());
    if (inside.left < around.left || inside.right > around.right) {
      picture.scrollLeft += inside.x + inside.width / 2 - around.x - around.width / 2;
    }
  }

  function go(step) {
    model.set("step", Math.max(0, Math.min(last, step)));
  }

  let timer = null;
  function stop() {
    clearInterval(timer);
    timer = null;
    buttons.play.textContent = "Play";
  }
  function play() {
    if (timer !== null) return stop();
    if (model.get("step") === last) go(0);
    buttons.play.textContent = "Pause";
    timer = setInterval(() => {
      go(model.get("step") + 1);
      if (model.get("step") === last) stop();
    }, MILLISECONDS_A_STEP);
  }
  const acts = {
    first: () => go(0),
    back: () => go(model.get("step") - 1),
    play,
    next: () => go(model.get("step") + 1),
    last: () => go(last),
  };
  function act(name) {
    if (name !== "play") stop();
    acts[name]();
  }
  for (const [name, button] of Object.entries(buttons)) {
    button.addEventListener("click", () => act(name));
  }
  slider.addEventListener("input", () => {
    stop();
    go(Number(slider.value));
  });
  player.addEventListener("keydown", (event) => {
    const name = KEYS[event.key];
    const presses = event.key === " " && event.target.matches("button, [type=checkbox]");
    const scrolls = event.target.checked && event.key.startsWith("Arrow");
    const isHeld = event.ctrlKey || event.metaKey || event.altKey || event.shiftKey;
    if (!name || presses || scrolls || isHeld) return;
    act(name);
    event.preventDefault();
    event.stopPropagation(); // the notebook has uses of its own for these keys
  });

  // Room for the longest frame, so that the page does not jump.
  const most = Math.max(...frames.map((frame) => frame.lines.length));
  words.style.minHeight = `${2 + 1.5 * most}em`;
  model.on(show);
  show();
}

// Each copy of a widget on the page becomes a player, or what another `view` makes of it. In its
// figure the picture itself takes the place of the image.
function start(key, data, view) {
  for (const place of document.querySelectorAll(`[data-autograd-player="${key}"]`)) {
    const figure = place.querySelector(".autograd-figure");
    const image = figure.querySelector("img");
    const source = image.getAttribute("src");
    image.outerHTML = decodeURIComponent(source.slice(source.indexOf(",") + 1));
    const state = { ...data, figure };
    const listeners = [];
    const model = {
      get: (name) => state[name],
      set: (name, value) => {
        state[name] = value;
        listeners.forEach((listener) => listener());
      },
      on: (listener) => listeners.push(listener),
    };
    place.removeAttribute("data-autograd-player");
    place.replaceChildren();
    view({ model, el: place });
  }
}
