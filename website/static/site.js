// The theme, the search, and what a page says of running its notebook here. All can be read without.

const root = document.body.dataset.root;

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function offerThemes() {
  const button = document.querySelector("button.theme");
  const next = { system: "light", light: "dark", dark: "system" };
  let theme = keptTheme.get() ?? "system";
  const say = () => {
    button.textContent = `Theme: ${theme}`;
    button.title = `Change to ${next[theme]}`;
  };
  button.addEventListener("click", () => {
    theme = next[theme];
    keptTheme.set(theme === "system" ? null : theme);
    say();
  });
  button.hidden = false;
  say();
}

function load(name) {
  return new Promise((resolve, reject) => {
    const script = make("script", { src: `${root}assets/${name}` });
    script.addEventListener("load", resolve);
    script.addEventListener("error", () => reject(new Error(`${name} cannot be loaded`)));
    document.head.append(script);
  });
}

// The sections come as a script and not by `fetch`, which a page opened as a file may not use.
let index = null; // promised once: a script that is loaded twice declares its names twice
function indexed() {
  index ??= makeIndex().catch((error) => {
    index = null; // it may be there when it is asked for again
    throw error;
  });
  return index;
}

async function makeIndex() {
  await Promise.all([load("minisearch.js"), load("sections.js")]);
  const made = new MiniSearch({
    fields: ["title", "page", "text", "code", "folded"],
    storeFields: ["title", "page", "url", "text", "code"],
    // By letters and numbers alone: x^2 is found where it is set as a formula, or as x**2.
    tokenize: (words) => words.split(/[^\p{L}\p{N}]+/u),
    searchOptions: {
      boost: { title: 4, page: 2, code: 0.5 },
      boostDocument: (id, word, { url }) => (url.startsWith("notebooks/") ? 1.5 : 1), // it explains
      prefix: (word) => word.length > 2,
      fuzzy: (word) => (word.length > 4 ? 0.2 : false),
      combineWith: "AND",
    },
  });
  made.addAll(autogradSections);
  return made;
}

// The words around the first that was looked for; of code where title and text have none of them.
function excerpt({ title, page, text, code, terms }) {
  const first = (where) => {
    const places = terms.map((word) => where.toLowerCase().indexOf(word)).filter((at) => at >= 0);
    return places.length ? Math.min(...places) : -1;
  };
  const shown = first(`${title} ${page} ${text}`) < 0 && first(code) >= 0 ? code : text;
  const begin = shown.lastIndexOf(" ", Math.max(0, first(shown) - 60)) + 1;
  const rest = shown.slice(begin);
  const whole = rest.length > 170 ? `${rest.slice(0, rest.lastIndexOf(" ", 170))} …` : rest;
  return `${begin ? "… " : ""}${whole}`;
}

function makeSearch() {
  const field = make("input", { type: "search", id: "search-words", autocomplete: "off", spellcheck: "false" });
  const said = make("p", { role: "status" });
  const list = make("ol", {});
  const close = make("button", { type: "button" }, "Close");
  const label = make("label", { for: "search-words" }, "Search the course");
  const bar = make("div", { class: "bar" }, label, close);
  const dialog = make("dialog", { class: "search", "aria-label": "Search" }, bar, field, said, list);
  document.body.append(dialog);

  async function show() {
    const words = field.value.trim();
    list.replaceChildren();
    said.textContent = "";
    if (!words) return;
    let found;
    try {
      found = (await indexed()).search(words);
    } catch (error) {
      said.textContent = `The search does not work here: ${error.message}.`;
      return;
    }
    if (words !== field.value.trim()) return; // typed on in the meantime
    const most = 20;
    const count = found.length === 1 ? "1 section" : `${found.length || "No"} sections`;
    said.textContent = `${count} with these words${found.length > most ? `; the best ${most} are:` : "."}`;
    list.replaceChildren(
      ...found.slice(0, most).map((each) => {
        const link = make("a", { href: root + each.url }, each.title);
        link.addEventListener("click", () => dialog.close()); // it may be on this page
        const where = make("small", {}, each.page);
        return make("li", {}, link, where, make("p", {}, excerpt(each)));
      }),
    );
  }
  field.addEventListener("input", show);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") list.querySelector("a")?.click();
  });
  dialog.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const stops = [field, ...list.querySelectorAll("a")];
    stops[stops.indexOf(document.activeElement) + step]?.focus();
    event.preventDefault();
  });
  close.addEventListener("click", () => dialog.close());
  return () => {
    if (!dialog.open) dialog.showModal();
    field.focus();
    field.select();
    indexed().catch(() => {}); // said when there are words to look for
  };
}

function offerSearch() {
  const button = document.querySelector("button.search");
  if (!window.HTMLDialogElement) return;
  const open = makeSearch();
  button.title = "Search (Ctrl K)";
  button.hidden = false;
  button.addEventListener("click", open);
  document.addEventListener("keydown", (event) => {
    // Not a letter alone: who speaks to the computer would press it by chance.
    if (event.key !== "k" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    open();
  });
}

// What stands in the way of running a notebook in this browser, or is to be known before.
function obstacle() {
  if (location.protocol === "file:") {
    return "Opened as a file, a page cannot run its notebook: serve the folder, for example by python3 -m http.server.";
  }
  if (typeof WebAssembly !== "object") {
    return "This browser is too old to run Python (it has no WebAssembly). The page can be read all the same.";
  }
  return null;
}

function keepsNothing() {
  try {
    localStorage.setItem("autograd-room", "x".repeat(1000));
    localStorage.removeItem("autograd-room");
    return !window.indexedDB;
  } catch {
    return true;
  }
}

function sayWhatRuns() {
  for (const link of document.querySelectorAll("a.run")) {
    const reason = obstacle();
    if (reason) link.replaceWith(make("span", { class: "run" }, reason));
    else if (keepsNothing()) {
      const words = "This browser keeps nothing, or has no room left: download what you write before you close it.";
      link.after(" ", make("span", { class: "run" }, words));
    }
  }
}

// A link into something folded unfolds it.
function unfold() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const folded = target && target.closest("details:not([open])");
  if (folded) {
    folded.open = true;
    target.scrollIntoView();
  }
}

// Beside the text the sections are open; above it, on a narrow page, they would push it down.
function foldSections() {
  const sections = document.querySelector("nav.sections details");
  if (sections && matchMedia("(width < 1100px)").matches) sections.open = false;
}

foldSections();
offerThemes();
offerSearch();
sayWhatRuns();
unfold();
addEventListener("hashchange", unfold);
