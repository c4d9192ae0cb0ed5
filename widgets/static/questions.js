// The browser's side of widgets/questions.py: questions as plain fields of the browser.
//
// Python decides what an answer is. This file shows what stands in the fields and sends what is
// typed, numbered; while something that was sent has not been heard, no field is written over.
// Words from anybody reach the page as text and never as markup.

import { fill, make } from "./elements.js";

const PAUSE = 150; // ms in which keystrokes are gathered
const LONG_LIST = 8; // options from which a list unfolds instead of standing open
const ANCHOR = "#vv-q-";

let instances = 0;

// --- One question ---------------------------------------------------------------------------

class Field {
  constructor(item, key, page) {
    this.item = item;
    this.key = key;
    this.page = page;
    this.id = `${page.id}-${key}`;
    this.el = make("div", `vv-field vv-kind-${item.kind}`);
    this.el.dataset.key = key;
    this.label = make("div", "vv-label", item.label);
    this.label.id = `${this.id}-label`;
    this.about = make("div", "vv-about");
    this.about.id = `${this.id}-about`;
    for (const line of item.about) this.about.append(make("div", "vv-saved", line));
    this.message = make("div", "vv-message");
    this.message.id = `${this.id}-message`;
    this.message.setAttribute("aria-live", "polite");
  }

  // Whoever hears the page instead of seeing it is told what stands around the field.
  describe(control, ...more) {
    const ids = [...more, this.about.id, this.message.id].filter(Boolean);
    control.setAttribute("aria-describedby", ids.join(" "));
    this.control = control;
  }

  finish(...parts) {
    this.el.append(...parts, this.about, this.message);
    return this;
  }

  tell(fault, warning, missing) {
    const words = fault || warning || missing || "";
    const look = fault ? "vv-notice-look" : warning ? "vv-notice-info" : "vv-missing-note";
    if (this.message.textContent !== words) {
      this.message.replaceChildren(...(words ? [make("p", `vv-notice ${look}`, words)] : []));
    }
    if (fault) this.control.setAttribute("aria-invalid", "true");
    else this.control.removeAttribute("aria-invalid");
    this.el.classList.toggle("vv-missing-field", Boolean(missing));
  }

  send(value) {
    this.page.send(this.key, value);
  }

  focus() {
    const row = this.el.closest("details");
    if (row) row.open = true;
    const first = this.el.querySelector("input:checked, input, select, textarea");
    first?.focus({ preventScroll: true });
    this.el.scrollIntoView({ block: "center" });
  }

  // Ticks that say why there is no answer; for fields in which something is typed.
  ticks(taken) {
    const box = make("div", "vv-options vv-codes");
    this.codeInputs = this.item.codes.map(([id, words]) => {
      const line = make("label");
      const input = make("input");
      input.type = "checkbox";
      input.onchange = () => taken(input.checked ? id : "");
      line.append(input, make("span", "", words));
      box.append(line);
      return [id, input];
    });
    return box;
  }

  showTicks(text) {
    for (const [id, input] of this.codeInputs) input.checked = id === text;
    return this.codeInputs.some(([id]) => id === text);
  }

  lock(locked) {
    for (const control of this.el.querySelectorAll("input, select, textarea, button")) {
      if (control.matches("textarea, input[type=text]")) control.readOnly = locked;
      else control.disabled = locked;
    }
  }
}

class Radios extends Field {
  constructor(item, key, page) {
    super(item, key, page);
    this.el.classList.add("vv-radios");
    this.el.setAttribute("role", "radiogroup");
    this.el.setAttribute("aria-labelledby", this.label.id);
    this.describe(this.el, item.ends && `${this.id}-ends`);
    this.inputs = [];
    const own = make("div", "vv-options" + (item.beside ? " vv-beside" : ""));
    for (const [id, words] of item.options) own.append(this.option(id, words));
    const codes = make("div", "vv-options vv-codes" + (item.beside ? " vv-beside" : ""));
    for (const [id, words] of item.codes) codes.append(this.option(id, words));
    this.clear = make("button", "vv-link", page.words.clear);
    this.clear.type = "button";
    this.clear.setAttribute("aria-label", fill(page.words.clear_of, { label: item.label }));
    this.clear.onclick = () => {
      this.show("");
      this.send("");
      this.inputs[0].focus();
    };
    const look = item.columns ? " vv-in-columns" : item.beside ? " vv-beside" : "";
    const choices = make("div", `vv-choice${look}`);
    choices.append(item.ends ? this.scale(own) : own, codes);
    this.finish(this.label, choices, this.clear);
  }

  scale(own) {
    const box = make("div", "vv-scale");
    box.id = `${this.id}-ends`;
    const [low, high] = this.item.ends.map((words) => make("span", "vv-end", words));
    own.classList.add("vv-steps");
    box.append(low, own, high);
    return box;
  }

  option(id, words) {
    const line = make("label");
    const input = make("input");
    input.type = "radio";
    input.name = this.id;
    input.value = id;
    input.onchange = () => {
      this.show(id);
      this.send(id);
    };
    this.inputs.push(input);
    line.append(input, make("span", "", words));
    return line;
  }

  show(text) {
    for (const input of this.inputs) input.checked = input.value === text;
    // It keeps its place while it is not there, so that nothing jumps at a click.
    this.clear.style.visibility = text ? "visible" : "hidden";
  }
}

class Selection extends Field {
  constructor(item, key, page) {
    super(item, key, page);
    const label = make("label", "vv-label", item.label);
    const select = make("select");
    select.id = `${this.id}-control`;
    label.htmlFor = select.id;
    select.append(new Option(page.words.choose, ""));
    for (const [id, words] of [...item.options, ...item.codes]) select.append(new Option(words, id));
    select.onchange = () => this.send(select.value);
    this.describe(select);
    this.finish(label, select);
  }

  show(text) {
    this.control.value = text;
  }
}

class Boxes extends Field {
  constructor(item, key, page) {
    super(item, key, page);
    this.el.setAttribute("role", "group");
    this.el.setAttribute("aria-labelledby", this.label.id);
    this.describe(this.el);
    const box = make("div", "vv-options");
    const choices = make("div", item.columns ? "vv-choice vv-in-columns" : "vv-choice");
    this.inputs = item.options.map(([id, words]) => {
      const line = make("label");
      const input = make("input");
      input.type = "checkbox";
      input.value = id;
      input.onchange = () => this.taken();
      line.append(input, make("span", "", words));
      box.append(line);
      return input;
    });
    const codes = this.ticks((code) => {
      this.show(code);
      this.send(code);
    });
    choices.append(box, codes);
    this.finish(this.label, choices);
  }

  taken() {
    const chosen = this.inputs.filter((input) => input.checked).map((input) => input.value);
    this.showTicks("");
    this.send(chosen.join(","));
  }

  show(text) {
    const coded = this.showTicks(text);
    const chosen = coded ? [] : text.split(",");
    for (const input of this.inputs) input.checked = chosen.includes(input.value);
  }
}

class Typed extends Field {
  constructor(item, key, page) {
    super(item, key, page);
    const note = item.kind === "note";
    const label = make("label", "vv-label", item.label);
    const input = make(note ? "textarea" : "input");
    input.id = label.htmlFor = `${this.id}-control`;
    input.autocomplete = "off";
    if (note) input.rows = page.short ? 2 : 3;
    else input.type = "text";
    if (item.kind === "number") input.inputMode = "numeric";
    if (item.placeholder) input.placeholder = item.placeholder;
    input.oninput = () => {
      this.showTicks("");
      this.count();
      // A number or a date is half typed until one leaves it, so nothing is wrong with it yet.
      this.page.send(this.key, input.value, true, !note);
    };
    input.onchange = () => this.send(input.value);
    const line = make("div", "vv-typed");
    line.append(input);
    if (item.unit) {
      const unit = make("span", "vv-unit", item.unit);
      unit.id = `${this.id}-unit`;
      line.append(unit);
    }
    this.describe(input, item.unit && `${this.id}-unit`);
    const codes = this.ticks((code) => {
      input.value = "";
      this.show(code);
      this.send(code);
    });
    this.room = make("div", "vv-room");
    this.finish(label, line, ...(item.codes.length ? [codes] : []), ...(note ? [this.room] : []));
  }

  // How much room is left is said when it gets scarce, and not before.
  count() {
    const length = this.control.value.length;
    const near = this.item.limit && length > 0.8 * this.item.limit;
    this.room.textContent = near
      ? fill(this.page.words.room, { length, limit: this.item.limit })
      : "";
  }

  show(text) {
    const coded = this.showTicks(text);
    const typed = coded ? "" : text;
    if (this.control.value !== typed) this.control.value = typed;
    this.count();
  }
}

function fieldOf(item, key, page) {
  if (["number", "date", "note"].includes(item.kind)) return new Typed(item, key, page);
  if (item.kind === "choices") return new Boxes(item, key, page);
  const unfolds = item.kind === "choice" && (page.short || item.options.length > LONG_LIST);
  return unfolds ? new Selection(item, key, page) : new Radios(item, key, page);
}

// --- A table: one card a row, which folds ------------------------------------------------------------------

class Table {
  constructor(spec, page, section) {
    this.spec = spec;
    this.page = page;
    this.cards = new Map();
    this.el = make("section", "vv-table-block");
    // A table that is all of its section has no heading of its own on the screen.
    const heading = make("h4", spec.title === section ? "vv-hidden-label" : "", spec.title);
    heading.id = `${page.id}-${spec.id}`;
    this.el.setAttribute("aria-labelledby", heading.id);
    this.list = make("div", "vv-cards");
    this.add = make("button", "vv-button", fill(page.words.add_row, { row: spec.row }));
    this.add.type = "button";
    this.add.onclick = () => {
      this.wanted = new Set(this.cards.keys());
      page.ask({ kind: "add", table: spec.id });
    };
    this.full = make("p", "vv-saved", fill(page.words.table_full, { most: spec.at_most }));
    this.el.append(heading);
    if (spec.help) this.el.append(make("p", "vv-saved", spec.help));
    this.el.append(this.list, this.add, this.full);
  }

  show(rows, removed, headings, locked) {
    const there = new Set([...rows, ...removed]);
    for (const [row, card] of this.cards) {
      if (there.has(row)) continue;
      this.drop(row, card);
    }
    const order = [...there].sort();
    order.forEach((row, place) => {
      const gone = !rows.includes(row);
      let card = this.cards.get(row);
      if (!card || card.gone !== gone) {
        if (card) this.drop(row, card);
        card = gone ? this.strip(row) : this.card(row);
        card.gone = gone;
        this.cards.set(row, card);
      }
      card.number(gone ? place + 1 : rows.indexOf(row) + 1);
      card.tell?.(...(headings[`${this.spec.id}.${row}`] ?? ["", ""]));
      if (this.list.children[place] !== card.el) {
        this.list.insertBefore(card.el, this.list.children[place] ?? null);
      }
    });
    this.add.disabled = locked || rows.length >= this.spec.at_most;
    this.add.hidden = locked || !this.spec.adds;
    this.el.hidden = there.size === 0 && !this.spec.adds;
    this.full.hidden = rows.length < this.spec.at_most;
    this.settle(rows, locked);
  }

  // Whoever added, removed or restored a row goes on where that row is.
  settle(rows, locked) {
    if (this.wanted) {
      const added = rows.find((row) => !this.wanted.has(row));
      if (added) {
        this.wanted = null;
        // One row at a time is worked at; the others are a line each.
        for (const card of this.cards.values()) card.el.open = false;
        this.cards.get(added).first?.focus();
      }
    }
    if (this.touched && this.cards.has(this.touched)) {
      const card = this.cards.get(this.touched);
      if (card.gone === this.removing) {
        (card.gone ? card.button : card.first)?.focus();
        this.touched = null;
      }
    }
    for (const card of this.cards.values()) {
      card.button.hidden = locked;
      // What can only be read tells nothing of a row that is not in it.
      if (card.gone) card.el.hidden = locked;
    }
  }

  drop(row, card) {
    for (const key of card.keys ?? []) this.page.fields.delete(key);
    card.el.remove();
    this.cards.delete(row);
  }

  card(row) {
    const { spec, page } = this;
    const el = make("details", "vv-card");
    const heading = make("summary");
    const name = make("span", "vv-row-name");
    name.id = `${page.id}-${spec.id}-${row}`;
    const said = make("span", "vv-row-said");
    const needs = make("span", "vv-row-needs");
    heading.append(name, said, needs);
    const grid = make("div", "vv-card-fields");
    grid.setAttribute("role", "group");
    grid.setAttribute("aria-labelledby", name.id);
    const keys = [];
    const inRow = Object.create(page, { short: { value: true } });
    for (const item of spec.items) {
      const key = `${spec.id}.${row}.${item.id}`;
      const field = fieldOf(item, key, inRow);
      page.fields.set(key, field);
      keys.push(key);
      grid.append(field.el);
    }
    const button = this.button("remove", row);
    el.append(heading, grid, button);
    const number = (place) => {
      name.textContent = fill(page.words.row_name, { row: spec.row, number: place });
      button.textContent = fill(page.words.remove_row, { row: spec.row, number: place });
    };
    const tell = (words, needed) => {
      said.textContent = words;
      needs.textContent = needed;
    };
    return { el, keys, button, number, tell, first: page.fields.get(keys[0]) };
  }

  strip(row) {
    const { spec, page } = this;
    const el = make("div", "vv-card vv-removed");
    const words = make("span");
    words.setAttribute("role", "status");
    const button = this.button("restore", row);
    button.textContent = page.words.undo;
    const number = (place) => {
      const name = fill(page.words.row_name, { row: spec.row, number: place });
      words.textContent = fill(page.words.row_removed, { row: name });
      button.setAttribute("aria-label", `${words.textContent} ${page.words.undo}`);
    };
    el.append(words, button);
    return { el, button, number };
  }

  button(kind, row) {
    const button = make("button", "vv-link vv-row-button");
    button.type = "button";
    button.onclick = () => {
      this.touched = row;
      this.removing = kind === "remove";
      this.page.ask({ kind, table: this.spec.id, row });
    };
    return button;
  }
}

// --- The page of questions ----------------------------------------------------------------------

function render({ model, el }) {
  instances += 1;
  const root = make("div", "vv-questions");
  const pending = new Map();
  let sent = model.get("heard");
  let timer = 0;

  function flush() {
    clearTimeout(timer);
    timer = 0;
    for (const [key, [value, half]] of pending) {
      sent += 1;
      model.send({ kind: "typed", key, value, half, number: sent });
    }
    pending.clear();
  }

  const page = {
    id: `vv${instances}`,
    words: model.get("words"),
    fields: new Map(),
    short: false,
    send(key, value, soon = false, half = false) {
      pending.set(key, [value, half]);
      if (!soon) flush();
      else if (!timer) timer = setTimeout(flush, PAUSE);
    },
    ask(message) {
      flush();
      sent += 1;
      model.send({ ...message, number: sent });
    },
  };

  const tables = [];
  const sections = [];
  let section = root;
  let title = "";
  for (const block of model.get("blocks")) {
    if (block.kind === "heading") {
      section = make("section", "vv-section");
      title = block.title;
      section.append(make("h3", "", block.title));
      if (block.help) section.append(make("p", "vv-saved", block.help));
      sections.push(section);
      root.append(section);
    } else if (block.kind === "table") {
      const table = new Table(block, page, title);
      tables.push(table);
      section.append(table.el);
    } else {
      const field = fieldOf(block, block.id, page);
      page.fields.set(block.id, field);
      section.append(field.el);
    }
  }

  function show() {
    const quiet = pending.size === 0 && model.get("heard") >= sent;
    const locked = model.get("locked");
    const rows = model.get("rows");
    const removed = model.get("removed");
    const headings = model.get("headings");
    if (quiet) {
      for (const table of tables) {
        const { id } = table.spec;
        table.show(rows[id] ?? [], removed[id] ?? [], headings, locked);
      }
    }
    const typed = model.get("typed");
    const faults = model.get("faults");
    const warnings = model.get("warnings");
    const missing = model.get("missing");
    const unasked = new Set(model.get("unasked"));
    for (const [key, field] of page.fields) {
      if (quiet) field.show(typed[key] ?? "");
      field.tell(faults[key], warnings[key], missing.includes(key) ? page.words.missing : "");
      field.el.hidden = unasked.has(key);
      field.lock(locked);
    }
    for (const each of sections) {
      const parts = [...each.querySelectorAll(":scope > .vv-field, :scope > .vv-table-block")];
      // One without parts is the heading of a picture that stands below.
      each.hidden = parts.length > 0 && parts.every((part) => part.hidden);
    }
    root.classList.toggle("vv-locked", locked);
  }

  // A link such as #vv-q-form3:named leads to the field, and leaves the address alone.
  function follow(event) {
    const href = event.target.closest?.("a")?.getAttribute("href") ?? "";
    if (!href.startsWith(ANCHOR)) return;
    const [form, key] = href.slice(ANCHOR.length).split(":");
    if (form !== model.get("form")) return;
    event.preventDefault();
    page.fields.get(decodeURIComponent(key))?.focus();
  }

  function lead(message) {
    if (message.kind === "focus") page.fields.get(message.key)?.focus();
  }

  let drawing = 0;
  function showSoon() {
    // Python changes several things at once; they are drawn together.
    if (drawing) return;
    drawing = 1;
    queueMicrotask(() => {
      drawing = 0;
      show();
    });
  }

  const states = ["rows", "headings", "removed", "typed", "faults", "warnings", "missing", "unasked", "locked", "heard"];
  for (const name of states) model.on(`change:${name}`, showSoon);
  model.on("msg:custom", lead);
  document.addEventListener("click", follow);
  window.addEventListener("pagehide", flush);
  show();
  el.append(root);

  return () => {
    flush();
    for (const name of states) model.off(`change:${name}`, showSoon);
    model.off("msg:custom", lead);
    document.removeEventListener("click", follow);
    window.removeEventListener("pagehide", flush);
  };
}

export default { render };
