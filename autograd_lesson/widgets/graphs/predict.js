// The view of `predict`: a picture with question marks, and a line to type each gradient in.
//
// Everything there is to say to an answer came from Python as a table, so the browser judges alone.
// What is shown follows from the answers and from what was revealed, and from nothing else.

const HIDDEN = "?";

function numberIn(text, pattern) {
  const found = text.replaceAll("\u2212", "-").match(new RegExp(`^(?:${pattern})$`));
  const number = found ? Number(found[1]) / Number(found[2] ?? 1) : NaN;
  return Number.isFinite(number) ? number : null;
}

function judge(question, number, wrongBefore) {
  const fits = (row) => Math.abs(number - row[0]) <= row[1];
  const [, , message, isRight = false] = question.rows.find(fits) ?? [0, 0, question.unknown];
  const hint = wrongBefore && !isRight ? `. ${question.hint}` : "";
  return { message: message + hint, isRight };
}

function renderQuestions({ model, el }) {
  const questions = model.get("questions");
  const { pattern, allowed } = model.get("grammar");
  const root = { class: "autograd-player autograd-predict", role: "group" };
  const widget = make("div", { ...root, "aria-label": model.get("name") }, el);
  const bar = make("div", { class: "bar" }, widget);
  make("p", { class: "title" }, bar).textContent = model.get("name");
  const count = make("span", { class: "count" }, bar);
  const picture = model.get("figure");
  widget.append(picture);
  const lines = questions.map(lineOf);

  function lineOf(question) {
    const row = make("div", { class: "question", role: "group", "aria-label": question.asks }, widget);
    const label = make("label", {}, row);
    make("span", {}, label).textContent = `${question.asks} =`;
    const field = { type: "text", autocomplete: "off", spellcheck: "false" };
    const input = make("input", field, label);
    const check = make("button", { type: "button" }, row);
    check.textContent = "Check";
    const reveal = make("button", { type: "button" }, row);
    reveal.textContent = "Reveal";
    const note = make("p", { class: "note", role: "status" }, row);
    const said = make("dl", { "aria-live": "polite" }, make("div", { class: "words" }, row));
    const box = picture.querySelector(`[id="${question.id}"]`);
    check.addEventListener("click", () => answer(question, input, note));
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") answer(question, input, note);
    });
    reveal.addEventListener("click", () => {
      const predicted = answersTo(question).length > 0;
      note.textContent = predicted ? "" : "Predict first: any number will do.";
      if (!predicted) input.focus();
      else change("revealed", [...model.get("revealed"), question.name]);
    });
    row.addEventListener("focusin", () => box.classList.add("operand"));
    row.addEventListener("focusout", () => box.classList.remove("operand"));
    return { question, row, input, check, reveal, note, said, box, told: [] };
  }

  const answersTo = (question) => model.get("answers")[question.name] ?? [];

  function change(trait, value) {
    model.set(trait, value);
  }

  function answer(question, input, note) {
    const typed = input.value.trim();
    const isNumber = numberIn(typed, pattern) !== null;
    note.textContent = isNumber ? "" : `"${typed}" is not a number; ${allowed}`;
    if (!isNumber || input.readOnly) return;
    const answers = [...answersTo(question), typed];
    change("answers", { ...model.get("answers"), [question.name]: answers });
    input.select();
  }

  function show() {
    let found = 0;
    for (const line of lines) {
      const { question, input } = line;
      const judged = answersTo(question).map((typed, wrongBefore) => [
        typed,
        judge(question, numberIn(typed, pattern), wrongBefore),
      ]);
      const isFound = judged.some(([, { isRight }]) => isRight);
      const isRevealed = model.get("revealed").includes(question.name);
      const said = judged.map(([typed, { message }]) => [typed, message]);
      if (isRevealed) said.push(["revealed", question.solution]);
      tell(line, said);
      const isOpen = !isFound && !isRevealed;
      found += isFound;
      line.row.classList.toggle("found", isFound);
      input.readOnly = !isOpen;
      if (judged.length && document.activeElement !== input) input.value = judged.at(-1)[0];
      if (!isOpen && line.row.contains(document.activeElement)) input.focus(); // not on a button
      line.check.hidden = line.reveal.hidden = !isOpen;
      line.box.classList.toggle("waits", isOpen);
      const gradient = picture.querySelector(`[id="${question.id}-grad"]`);
      gradient.textContent = isOpen ? HIDDEN : question.shown;
    }
    count.textContent = `${found} of ${lines.length} found`;
  }

  // Only what is new is added, so that a screen reader says only that.
  function tell(line, said) {
    const isLonger = line.told.every((told, place) => told === said[place]?.join("\n"));
    if (!isLonger) {
      line.said.replaceChildren();
      line.told = [];
    }
    for (const [head, body] of said.slice(line.told.length)) {
      make("dt", {}, line.said).textContent = head;
      make("dd", {}, line.said).textContent = body;
      line.told.push(`${head}\n${body}`);
    }
  }

  model.on(show);
  show();
}
