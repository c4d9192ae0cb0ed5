// The answers to one exercise: what stands in the fields, and what of it is saved.
//
// questions.js draws the questions out of a model that Python has elsewhere; here the model is in
// the browser, so that typing goes on where the network does not. What is typed is kept in the
// browser until the door says that it is saved. What the door refuses, since it may be personal, is
// kept in this tab alone.

import { ask } from "./ask.js";

const PAUSE = 400; // ms in which changes are gathered
const LAST_PAUSE = 8000; // ms between two attempts when the door does not answer
const SIGNS = "abcdefghijklmnopqrstuvwxyz0123456789";

export class Sheet {
  // `who` is the participant, and names what is kept in the browser; `told` hears of each change.
  constructor(given, who, told) {
    this.exercise = given.id;
    this.told = told;
    this.place = `vejviser/${who}/${given.id}/`;
    this.conditions = given.conditions;
    this.listeners = new Map();
    this.unsent = new Map();
    this.half = new Set();
    this.gone = new Map();
    this.timer = 0;
    this.pause = PAUSE;
    this.state = "saved";
    this.values = {
      form: given.id,
      words: given.words,
      blocks: given.blocks,
      typed: {},
      rows: {},
      removed: {},
      headings: {},
      faults: {},
      warnings: {},
      missing: [],
      unasked: [],
      locked: false,
      heard: 0,
    };
    this.tables = given.blocks.filter((block) => block.kind === "table");
    this.read(given.sheet);
    this.restore();
  }

  // --- What questions.js asks of a model -----------------------------------------------------

  get(name) {
    return this.values[name];
  }

  on(name, listener) {
    this.listeners.set(name, [...(this.listeners.get(name) ?? []), listener]);
  }

  off(name, listener) {
    this.listeners.set(name, (this.listeners.get(name) ?? []).filter((one) => one !== listener));
  }

  send(message) {
    const { kind, table, row } = message;
    if (!this.values.locked) {
      if (kind === "typed") this.type(message.key, message.value, message.half);
      if (kind === "add") this.add(table);
      if (kind === "remove") this.remove(table, row);
      if (kind === "restore") this.putBack(table, row);
    }
    this.values.heard = Math.max(this.values.heard, message.number);
    this.draw();
  }

  // --- What somebody does ----------------------------------------------------------------------

  type(key, value, half) {
    this.values.typed[key] = value;
    if (half) this.half.add(key);
    else this.half.delete(key);
    this.change(key, value);
  }

  add(table) {
    const spec = this.tables.find((one) => one.id === table);
    const rows = this.values.rows[table] ?? [];
    if (!spec || rows.length >= spec.at_most) return;
    const taken = [...rows, ...(this.values.removed[table] ?? [])].sort();
    const last = taken.length ? Number(taken[taken.length - 1].slice(0, 3)) || 0 : 0;
    const drawn = crypto.getRandomValues(new Uint8Array(5));
    const signs = [...drawn].map((byte) => SIGNS[byte % SIGNS.length]).join("");
    const row = String(Math.min(last + 1, 999)).padStart(3, "0") + signs;
    for (const item of spec.items) this.values.typed[`${table}.${row}.${item.id}`] = "";
  }

  remove(table, row) {
    const keys = this.keysOf(table, row);
    this.gone.set(`${table}.${row}`, Object.fromEntries(keys.map((key) => [key, this.values.typed[key]])));
    this.values.removed[table] = [...(this.values.removed[table] ?? []), row];
    for (const key of keys) {
      delete this.values.typed[key];
      this.change(key, null);
    }
  }

  putBack(table, row) {
    const typed = this.gone.get(`${table}.${row}`) ?? {};
    this.gone.delete(`${table}.${row}`);
    this.values.removed[table] = (this.values.removed[table] ?? []).filter((one) => one !== row);
    for (const [key, value] of Object.entries(typed)) {
      this.values.typed[key] = value;
      this.change(key, value);
    }
  }

  keysOf(table, row) {
    return Object.keys(this.values.typed).filter((key) => key.startsWith(`${table}.${row}.`));
  }

  // --- What is saved, and what is not yet -----------------------------------------------------

  change(key, value) {
    this.unsent.set(key, value);
    this.keep(localStorage, key, value);
    this.tell("waiting");
    this.saveIn(this.state === "lost" ? this.pause : PAUSE);
  }

  saveIn(pause) {
    if (!this.timer && this.state !== "ended") this.timer = setTimeout(() => this.save(), pause);
  }

  // One at a time; what is typed meanwhile goes with the next one.
  async save() {
    clearTimeout(this.timer);
    this.timer = 0;
    if (this.saving || this.unsent.size === 0 || this.state === "ended") return;
    this.saving = true;
    const sent = new Map(this.unsent);
    const half = [...this.half].filter((key) => sent.has(key));
    const body = { changes: Object.fromEntries(sent), half };
    const { status, answer } = await ask(`room/answers/${this.exercise}`, { body });
    this.saving = false;
    if (status === 200) this.saved(sent, answer);
    else if (status >= 400 && status < 500 && status !== 408 && status !== 429) this.end(answer);
    else this.lost(answer);
    this.draw();
    if (this.unsent.size) this.saveIn(this.pause);
  }

  saved(sent, answer) {
    this.pause = PAUSE;
    for (const [key, value] of sent) {
      if (this.unsent.get(key) !== value) continue;
      this.unsent.delete(key);
      this.forget(localStorage, key);
      // What may not be kept is not kept on the disk of this machine either.
      if (answer.faults[key]) this.keep(sessionStorage, key, value);
      else this.forget(sessionStorage, key);
      if (answer.faults[key]) this.values.faults[key] = answer.faults[key];
      else delete this.values.faults[key];
      if (answer.warnings[key]) this.values.warnings[key] = answer.warnings[key];
      else delete this.values.warnings[key];
    }
    this.revision = answer.revision;
    this.values.headings = answer.headings;
    this.clock = answer.saved;
    this.progress = answer.progress;
    this.tell(this.unsent.size ? "waiting" : "saved");
  }

  lost(answer) {
    this.pause = Math.min(2 * this.pause, LAST_PAUSE);
    this.tell("lost", answer?.problem ?? "");
  }

  end(answer) {
    this.values.locked = true;
    this.tell("ended", answer?.problem ?? "");
  }

  // Try again at once, such as when the network is back.
  again() {
    clearTimeout(this.timer);
    this.timer = 0;
    this.pause = PAUSE;
    if (this.unsent.size) this.save();
  }

  // Whoever closes the page takes nothing unsent away.
  leave() {
    if (this.unsent.size === 0 || this.state === "ended") return;
    const body = { changes: Object.fromEntries(this.unsent), half: [] };
    ask(`room/answers/${this.exercise}`, { body, keepalive: true });
  }

  tell(state, problem = "") {
    this.state = state;
    this.problem = problem;
    this.told(this);
  }

  // --- What the door has, and what the browser has ---------------------------------------------

  // Take what is saved, where nobody types here: the same participant may have two tabs open.
  read(sheet) {
    const begun = Object.entries(this.values.typed).filter(([, value]) => value === "");
    const mine = [...this.unsent].filter(([, value]) => value !== null);
    const refused = Object.keys(this.values.faults).map((key) => [key, this.values.typed[key]]);
    this.values.typed = { ...Object.fromEntries(begun), ...sheet.typed, ...Object.fromEntries([...refused, ...mine]) };
    for (const [key, value] of this.unsent) if (value === null) delete this.values.typed[key];
    this.values.headings = sheet.headings;
    this.values.warnings = sheet.warnings;
    this.values.locked = sheet.locked;
    this.revision = sheet.revision;
    this.clock = sheet.saved;
    this.progress = sheet.progress;
    this.draw();
  }

  // The door has something newer: another tab, or a session that was closed or opened again.
  refresh(sheet) {
    if (this.state === "ended" && !sheet.locked) this.state = this.unsent.size ? "waiting" : "saved";
    this.read(sheet);
    this.tell(sheet.locked ? "ended" : this.state);
    if (this.unsent.size) this.saveIn(PAUSE);
  }

  // After a reload: what was not saved, and what was refused, stands in its field again.
  restore() {
    for (const [key, value] of [...this.kept(sessionStorage), ...this.kept(localStorage)]) {
      if (value === null) delete this.values.typed[key];
      else this.values.typed[key] = value;
      this.unsent.set(key, value);
    }
    this.draw();
    if (this.unsent.size && !this.values.locked) {
      this.state = "waiting";
      this.saveIn(0);
    }
  }

  kept(storage) {
    const found = [];
    try {
      for (const name of Object.keys(storage)) {
        if (name.startsWith(this.place)) {
          found.push([name.slice(this.place.length), JSON.parse(storage.getItem(name))]);
        }
      }
    } catch {
      return []; // A browser that keeps nothing.
    }
    return found;
  }

  keep(storage, key, value) {
    try {
      storage.setItem(this.place + key, JSON.stringify(value));
    } catch {
      // It is full or switched off; what is typed stays on the page.
    }
  }

  forget(storage, key) {
    try {
      storage.removeItem(this.place + key);
    } catch {
      // As above.
    }
  }

  // --- How the fields follow ----------------------------------------------------------------------

  draw() {
    const rows = {};
    for (const { id } of this.tables) {
      const found = Object.keys(this.values.typed).filter((key) => key.startsWith(`${id}.`));
      rows[id] = [...new Set(found.map((key) => key.split(".")[1]))].sort();
    }
    this.values.rows = rows;
    this.values.unasked = this.unasked();
    for (const name of ["rows", "headings", "removed", "typed", "faults", "warnings", "unasked", "locked", "heard"]) {
      for (const listener of this.listeners.get(`change:${name}`) ?? []) listener();
    }
  }

  unasked() {
    const hidden = this.hidden(this.conditions[""] ?? [], "");
    for (const { id } of this.tables) {
      for (const row of this.values.rows[id]) {
        hidden.push(...this.hidden(this.conditions[id] ?? [], `${id}.${row}.`));
      }
    }
    return hidden;
  }

  // A question that hangs on one that is not asked is not asked either.
  hidden(conditions, before) {
    const unasked = new Set();
    for (const { id, on, among } of conditions) {
      const answer = this.values.typed[before + on] ?? "";
      if (unasked.has(before + on) || !among.includes(answer)) unasked.add(before + id);
    }
    return [...unasked];
  }
}
