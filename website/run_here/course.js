// What a reader can do with their notebook here: keep it in a file, take a newer one, begin again.
//
// The browser keeps a notebook that was changed for ever, and shows it in place of a mended one. So
// the release that a notebook came from stands in its metadata, and is compared with what is shipped.

const WORDS = {
  newer: "A newer form of this notebook is here. Your answers stay if you take it.",
  unsaved: "This browser keeps nothing. Save your work to a file before you leave.",
  blank: "Your answers are taken out. A copy stays beside this notebook. Press again to do it.",
  full: "This browser has no room for a copy of your work, so nothing is changed. Save it to a file first.",
  noFile: "That file is no notebook.",
  another: "That file is another notebook: it has no cell of this one. Open the one that it is of.",
};
const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(look) {
  for (;;) {
    const found = look();
    if (found) return found;
    await later(100);
  }
}

const app = await until(() => window.jupyterapp);
const panel = await until(() => app.shell.currentWidget?.content?.model && app.shell.currentWidget);
await panel.context.ready;
const path = panel.context.path;
const contents = app.serviceManager.contents;
const mine = () => panel.context.model.toJSON();
const mark = (notebook) => notebook.metadata?.autograd_lesson ?? {};

// The releases that were opened here, since a merge asks what a learner began from.
const releases = {
  open: () =>
    new Promise((resolve, reject) => {
      const asked = indexedDB.open("autograd-lesson", 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore("releases");
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    }),
  async at(key, value) {
    const store = (await this.open()).transaction("releases", "readwrite").objectStore("releases");
    const asked = value === undefined ? store.get(key) : store.put(value, key);
    return new Promise((resolve, reject) => {
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  },
};

// The bar: a summary that says how Python is, and below it what can be done.
const bar = document.createElement("details");
bar.className = "course-bar";
bar.innerHTML = `<summary>Your work <small></small></summary>
  <p class="course-said" role="status"></p><div class="course-buttons"></div>`;
const said = bar.querySelector(".course-said");
const say = (words, open = true) => {
  said.textContent = words;
  bar.open = bar.open || open;
};
let sure = null; // the button that was pressed once, and does it when it is pressed again
const button = (words, act) => {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = words;
  made.addEventListener("click", () => {
    const again = sure === made;
    sure = null;
    act(again, made).catch((error) => say(`${error.message ?? error}`));
  });
  bar.querySelector(".course-buttons").append(made);
  return made;
};

async function put(notebook, words) {
  const kept = path.replace(/\.ipynb$/, `.before-${new Date().toISOString().slice(0, 19)}.ipynb`);
  const free = kept.replaceAll(":", "-");
  await contents.save(free, { type: "notebook", format: "json", content: mine() }).catch(() => {
    throw new Error(WORDS.full);
  });
  panel.context.model.fromJSON(notebook);
  await panel.context.save();
  say(`${words} As it was: ${free.split("/").pop()}`);
  offerNewer();
}

// Python says what the merge of two notebooks is; it is the one that `start.py update` makes.
async function merged(old, fresh) {
  const kernel = panel.sessionContext.session?.kernel;
  if (!kernel || panel.sessionContext.kernelDisplayStatus !== "idle") {
    throw new Error("Python is not ready yet. Try again in a moment.");
  }
  const texts = [old, fresh, mine()].map((one) => JSON.stringify(JSON.stringify(one)));
  const code = `print(__import__("json").dumps(__import__("classroom.merge", fromlist=["merge"])
    .merge(*map(__import__("json").loads, [${texts}])).notebook))`;
  const asked = kernel.requestExecute({ code, store_history: false, stop_on_error: false });
  let text = "";
  let fault = "";
  asked.onIOPub = ({ header, content }) => {
    if (header.msg_type === "stream" && content.name === "stdout") text += content.text;
    if (header.msg_type === "error") fault = `${content.ename}: ${content.evalue}`;
  };
  await asked.done;
  if (fault) throw new Error(fault);
  return JSON.parse(text);
}

function saveToFile() {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(mine(), null, 1)]));
  link.download = path.split("/").pop();
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // a browser may begin to read it later
  say(`Saved as ${link.download}, where your browser puts what it downloads.`);
}

async function loadFromFile(file) {
  let notebook = null;
  try {
    notebook = JSON.parse(await file.text());
  } catch {
    // no JSON is no notebook either
  }
  const isOne = notebook?.nbformat === 4 && Array.isArray(notebook.cells);
  if (!isOne || !notebook.cells.every((cell) => cell?.cell_type)) throw new Error(WORDS.noFile);
  if (!sharesCells(notebook)) throw new Error(WORDS.another);
  for (const { metadata } of notebook.cells) delete metadata?.trusted; // scripts of a file are not run
  await put(notebook, `${file.name} is loaded.`);
}

// By what its cells call, too: Colab saves cells without ids.
const CALLS = /\bcheck_\w+(?=\()|\bprediction\("[\w-]+"/g;
function sharesCells(notebook) {
  const marksOf = ({ id, source }) => [id, ...([source].flat().join("").match(CALLS) ?? [])];
  const here = new Set((shipped ?? mine()).cells.flatMap(marksOf));
  return notebook.cells.flatMap(marksOf).some((each) => each && here.has(each));
}

const shipped = await fetch(`../files/${path}`, { cache: "no-cache" }) // whether it is newer is asked
  .then((got) => (got.ok ? got.json() : null))
  .catch(() => null); // without a network there is nothing newer
let take = null;

function offerNewer() {
  const isOlder = shipped && mark(mine()).release !== mark(shipped).release;
  if (!isOlder) take?.remove();
  if (!isOlder || take?.isConnected) return;
  take = button("Take the newer one", async () => {
    const began = await releases.at(mark(mine()).release).catch(() => null);
    await put(await merged(began ?? null, shipped), "The newer form is here, with your answers.");
  });
  said.textContent += ` ${WORDS.newer}`;
  bar.open = true;
}

if (shipped && mark(mine()).release === mark(shipped).release) {
  await releases.at(mark(shipped).release, shipped).catch(() => say(WORDS.unsaved));
  if (mark(shipped).needs) say(mark(shipped).needs);
}
button("Save to a file", async () => saveToFile());
const picker = document.createElement("input");
picker.type = "file";
picker.accept = ".ipynb,application/json";
picker.hidden = true;
picker.addEventListener("change", () => {
  loadFromFile(picker.files[0]).catch((error) => say(error.message));
  picker.value = ""; // so that the same file can be chosen again
});
button("Load from a file", async () => picker.click());
if (shipped) {
  button("Blank again", async (again, self) => {
    if (again) await put(shipped, "This is the blank.");
    else say(WORDS.blank);
    sure = again ? null : self;
  });
}
offerNewer();
bar.append(picker);
document.body.append(bar);

const state = bar.querySelector("small");
const tell = () => {
  const status = panel.sessionContext.kernelDisplayStatus;
  const words = { idle: "Python is ready", busy: "Python is at work" };
  state.textContent = words[status] ?? (/dead|error/.test(status) ? "Python has ended" : "Python is starting");
};
panel.sessionContext.statusChanged.connect(tell);
panel.sessionContext.connectionStatusChanged.connect(tell);
tell();
panel.context.saveState.connect((_, how) => how === "failed" && say(WORDS.unsaved));
addEventListener("visibilitychange", () => document.hidden && panel.context.save());
