// The browser's side of widgets/workbench/control_panel.py: the controls of the workbench as plain fields.
//
// Python decides which values there are; this file sends the place of one in that list, numbered. While
// something that was sent has not been heard, no field that was moved is written over. While a slider is
// dragged, what it passes is sent now and then, so that the page is not flooded, and where it ends at once.

import { fill, make } from "./elements.js";

const ARRIVAL = "#control-";
const PAUSE = 120; // ms between what is sent while a slider is dragged

let instances = 0;

// Numbers as people write them, and back. A share is written in per cent.
function numbers(language, percent) {
  const locale = language === "da" ? "da-DK" : "en-GB";
  const format = new Intl.NumberFormat(locale, { maximumFractionDigits: 3 });
  const sign = percent ? (language === "da" ? "\u00a0%" : "%") : "";
  return {
    write: (value) => format.format(percent ? Math.round(value * 1e5) / 1e3 : value) + sign,
    read(text) {
      let plain = text.replace(/[\s\u00a0%]/g, "");
      if (language === "da") plain = plain.replace(/\.(?=\d{3}(\D|$))/g, "").replace(",", ".");
      else plain = plain.replace(/,(?=\d{3}(\D|$))/g, "");
      if (!/^-?\d+(\.\d+)?$/.test(plain)) return NaN;
      return percent ? Number(plain) / 100 : Number(plain);
    },
  };
}

// --- One control ------------------------------------------------------------------------------

class Control {
  constructor(item, panel) {
    this.item = item;
    this.panel = panel;
    this.id = `${panel.id}-${item.id}`;
    this.place = item.today;
    this.unheard = 0; // the number of the last message about it that Python has not heard
    this.el = make("div", "vv-control");
    this.el.dataset.control = item.id;
  }

  finish(...fields) {
    const { words } = this.panel;
    this.back = make("button", "vv-link vv-control-today", fill(words.today, { value: this.todaySaid() }));
    this.back.type = "button";
    this.back.onclick = () => {
      this.choose(this.item.today);
      this.focus();
    };
    const about = make("button", "vv-link vv-control-about");
    about.type = "button";
    about.append(make("span", this.item.look ? "vv-look" : "", this.item.mark));
    about.setAttribute("aria-expanded", "false");
    about.setAttribute("aria-controls", `${this.id}-about`);
    about.setAttribute("aria-label", fill(words.about, { name: this.item.label, mark: this.item.mark }));
    const told = make("div", "vv-control-told");
    told.id = `${this.id}-about`;
    told.hidden = true;
    for (const line of this.item.about) told.append(make("p", "", line));
    about.onclick = () => {
      told.hidden = !told.hidden;
      about.setAttribute("aria-expanded", String(!told.hidden));
    };
    this.note = make("p", "vv-control-idle");
    this.note.id = `${this.id}-note`;
    this.note.hidden = true;
    const foot = make("div", "vv-control-foot");
    foot.append(this.back, about);
    this.el.append(...fields, foot, told, this.note);
    this.show(this.place);
    return this;
  }

  todaySaid() {
    return this.item.unit ? `${this.item.said_today} ${this.item.unit}` : this.item.said_today;
  }

  // What a person does: show it at once, and tell Python.
  choose(place, soon = false) {
    this.show(place);
    this.panel.tell(this, place, soon);
  }

  show(place) {
    this.place = place;
    this.draw(place);
    const moved = place !== this.item.today;
    this.el.classList.toggle("vv-moved", moved);
    this.back.disabled = !moved;
    this.back.setAttribute("aria-label", moved ? fill(this.panel.words.back, { name: this.item.label, value: this.item.said_today }) : this.back.textContent);
  }

  rest(why) {
    this.note.hidden = !why;
    this.note.textContent = why || "";
    this.el.classList.toggle("vv-idle", Boolean(why));
    for (const field of this.el.querySelectorAll("input, select")) field.disabled = Boolean(why);
    this.field.setAttribute("aria-describedby", why ? this.note.id : `${this.id}-about`);
  }

  focus() {
    this.field.focus();
  }
}

class Range extends Control {
  constructor(item, panel) {
    super(item, panel);
    this.format = numbers(panel.language, item.percent);
    const head = make("div", "vv-control-head");
    const label = make("label", "vv-control-label", item.label);
    label.htmlFor = this.id;
    this.number = make("input", "vv-control-number");
    this.number.type = "text";
    this.number.inputMode = "decimal";
    this.number.autocomplete = "off";
    this.number.setAttribute("aria-label", fill(panel.words.type, { name: item.label, unit: item.unit }));
    head.append(label, this.number);
    this.field = make("input", "vv-control-range");
    this.field.type = "range";
    this.field.id = this.id;
    this.field.min = 0;
    this.field.max = item.values.length - 1;
    this.field.step = 1;
    const track = make("div", "vv-control-track");
    track.style.setProperty("--today", this.share(item.today));
    track.append(this.field);
    this.fault = make("p", "vv-control-fault");
    this.fault.setAttribute("role", "alert");
    this.field.oninput = () => this.choose(Number(this.field.value), true);
    this.field.onchange = () => this.panel.send();
    this.number.onchange = () => this.typed();
    this.number.onkeydown = (event) => this.key(event);
    this.finish(head, track, this.fault);
  }

  share(place) {
    return String(this.item.values.length > 1 ? place / (this.item.values.length - 1) : 0);
  }

  say(place) {
    return this.item.said[place] ?? this.format.write(this.item.values[place]);
  }

  draw(place) {
    const said = this.say(place);
    this.field.value = place;
    this.field.style.setProperty("--at", this.share(place));
    this.field.setAttribute("aria-valuetext", this.item.unit ? `${said} ${this.item.unit}` : said);
    this.number.value = said;
    this.complain("");
  }

  complain(words) {
    this.fault.textContent = words;
    if (words) this.number.setAttribute("aria-invalid", "true");
    else this.number.removeAttribute("aria-invalid");
  }

  typed() {
    const { values, said } = this.item;
    const written = Object.entries(said).find(([, words]) => words === this.number.value.trim());
    if (written) {
      this.choose(Number(written[0]));
      return;
    }
    const value = this.format.read(this.number.value);
    const [low, high] = [values[0], values[values.length - 1]];
    if (!(value >= low - 1e-9 && value <= high + 1e-9)) {
      const slots = { low: this.format.write(low), high: this.format.write(high), unit: this.item.unit };
      this.complain(fill(this.panel.words.fault, slots));
      return;
    }
    let nearest = 0;
    values.forEach((one, place) => {
      if (Math.abs(one - value) < Math.abs(values[nearest] - value)) nearest = place;
    });
    this.choose(nearest);
  }

  key(event) {
    const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const place = Math.min(Math.max(this.place + step, 0), this.item.values.length - 1);
    if (place !== this.place) this.choose(place, true);
  }
}

class Switch extends Control {
  constructor(item, panel) {
    super(item, panel);
    const label = make("label", "vv-control-label vv-control-switch-label");
    this.field = make("input");
    this.field.type = "checkbox";
    this.field.id = this.id;
    label.append(this.field, make("span", "", item.label));
    this.field.onchange = () => this.choose(this.field.checked ? 1 : 0);
    this.finish(label);
  }

  draw(place) {
    this.field.checked = place === 1;
  }
}

class Choice extends Control {
  constructor(item, panel) {
    super(item, panel);
    const label = make("label", "vv-control-label", item.label);
    label.htmlFor = this.id;
    this.field = make("select", "vv-control-select");
    this.field.id = this.id;
    for (const words of item.values) this.field.append(make("option", "", words));
    this.field.onchange = () => this.choose(this.field.selectedIndex);
    this.finish(label, this.field);
  }

  draw(place) {
    this.field.selectedIndex = place;
  }
}

const KINDS = { range: Range, switch: Switch, choice: Choice };

// --- All of them ------------------------------------------------------------------------------

class Panel {
  constructor(model, el) {
    this.model = model;
    this.id = `vv-controls-${++instances}`;
    this.language = model.get("language");
    this.words = model.get("words");
    this.number = model.get("heard");
    this.waiting = new Map();
    this.timer = null;
    this.unfolded = new Map();
    this.el = make("div", "vv-control-panel");
    el.append(this.el);
    this.build();
    this.arrive();
  }

  // A link to the page may name a control, as in #control-coordinators. The page is hidden while it starts.
  arrive() {
    if (!location.hash.startsWith(ARRIVAL)) return;
    const seen = new ResizeObserver(() => {
      if (!this.el.offsetHeight) return;
      seen.disconnect();
      const control = this.controls.get(location.hash.slice(ARRIVAL.length));
      if (!control) return;
      control.el.closest("details").open = true;
      control.focus();
      control.el.scrollIntoView({ block: "nearest" });
    });
    seen.observe(this.el);
  }

  build() {
    for (const group of this.el.querySelectorAll("details")) this.unfolded.set(group.dataset.group, group.open);
    const focused = this.el.contains(document.activeElement) ? document.activeElement.id : "";
    this.controls = new Map();
    this.groups = [];
    this.el.replaceChildren(this.head());
    for (const group of this.model.get("groups")) this.el.append(this.group(group));
    this.show();
    this.rest();
    if (focused) document.getElementById(focused.replace(/^vv-controls-\d+/, this.id))?.focus();
  }

  head() {
    const head = make("div", "vv-control-panel-head");
    this.changed = make("span", "vv-control-changed");
    this.changed.setAttribute("role", "status");
    this.reset = make("button", "vv-link", this.words.reset);
    this.reset.type = "button";
    this.reset.onclick = () => {
      this.waiting.clear();
      for (const control of this.controls.values()) control.show(control.item.today);
      this.number += 1;
      for (const control of this.controls.values()) control.unheard = this.number;
      this.post({ kind: "reset" });
      this.count();
    };
    head.append(this.changed, this.reset);
    return head;
  }

  group(group) {
    const box = make("details", "vv-control-group");
    box.dataset.group = group.id;
    box.open = this.unfolded.get(group.id) ?? group.open;
    const summary = make("summary");
    const note = make("span", "vv-control-group-note");
    summary.append(make("h3", "", group.label), note);
    const controls = group.controls.map((item) => {
      const control = new KINDS[item.kind](item, this);
      this.controls.set(item.id, control);
      return control;
    });
    const body = make("div", "vv-control-group-body");
    body.append(...controls.map((control) => control.el));
    box.append(summary, body);
    this.groups.push([note, controls]);
    return box;
  }

  // What Python says; what it has not heard of yet is not written over.
  show() {
    const chosen = this.model.get("chosen");
    const heard = this.model.get("heard");
    for (const [id, control] of this.controls) {
      if (control.unheard > heard || this.waiting.has(id)) continue;
      if (id in chosen && chosen[id] !== control.place) control.show(chosen[id]);
    }
    this.count();
  }

  rest() {
    const idle = this.model.get("idle");
    for (const [id, control] of this.controls) control.rest(idle[id]);
  }

  count() {
    let all = 0;
    for (const [note, controls] of this.groups) {
      const moved = controls.filter((control) => control.place !== control.item.today).length;
      note.textContent = moved ? this.say(moved) : "";
      all += moved;
    }
    const words = all ? this.say(all) : this.words.none;
    if (this.changed.textContent !== words) this.changed.textContent = words;
    this.reset.disabled = !all;
  }

  say(count) {
    return fill(this.words[count === 1 ? "changed_one" : "changed_many"], { n: count });
  }

  tell(control, place, soon) {
    this.waiting.set(control.item.id, place);
    this.count();
    if (!soon) this.send();
    else this.timer ??= setTimeout(() => this.send(), PAUSE);
  }

  send() {
    clearTimeout(this.timer);
    this.timer = null;
    if (!this.waiting.size) return;
    this.number += 1;
    for (const id of this.waiting.keys()) this.controls.get(id).unheard = this.number;
    this.post({ kind: "set", places: Object.fromEntries(this.waiting) });
    this.waiting.clear();
  }

  // A place means something in one edition of the lists only.
  post(message) {
    this.model.send({ ...message, number: this.number, edition: this.model.get("edition") });
  }
}

function render({ model, el }) {
  const panel = new Panel(model, el);
  const build = () => panel.build();
  const show = () => panel.show();
  const rest = () => panel.rest();
  model.on("change:groups", build);
  model.on("change:chosen change:heard", show);
  model.on("change:idle", rest);
  return () => {
    model.off("change:groups", build);
    model.off("change:chosen change:heard", show);
    model.off("change:idle", rest);
  };
}

export default { render };
