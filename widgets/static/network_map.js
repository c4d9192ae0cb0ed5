// The page's side of widgets/network_map.py: draws what it is shown, and tells what somebody wants.
// Every word is set as text, never as markup.

const SVG = "http://www.w3.org/2000/svg";
const NEAR = 5; // px that a pointer may tremble before it drags
const STEPS = { ArrowUp: { in: 1 }, ArrowDown: { in: -1 }, ArrowLeft: { on: -1 }, ArrowRight: { on: 1 } };

function node(name, looks = {}, ...inside) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(looks)) made.setAttribute(key, value);
  made.append(...inside); // a string becomes text
  return made;
}

function button(words, action, looks = {}) {
  const made = node("button", { type: "button", class: "vv-button", ...looks }, words);
  made.addEventListener("click", action);
  return made;
}

function drawn([tag, looks, words]) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(looks)) made.setAttribute(name, value);
  if (words) made.textContent = words;
  return made;
}

class Picture {
  constructor(model, el) {
    this.model = model;
    this.words = model.get("words");
    this.asked = 0;
    this.waiting = new Map(); // id of a wish -> what to do with its reply
    this.mark = Math.random().toString(36).slice(2, 10);
    this.build(el);
    this.render();
  }

  get shown() {
    return this.model.get("shown");
  }

  // --- What is there once --------------------------------------------------------------------

  build(el) {
    const { words, mark } = this;
    this.add = button(words.add, () => this.open(null, this.add), { "data-key": "add" });
    this.undo = button("", () => this.want("undo", {}, () => this.undo.hidden && this.add.focus()), { "data-key": "undo" });
    this.said = node("p", { role: "status", class: "vv-net-said" });
    this.where = node("p", { class: "vv-net-where", "aria-hidden": "true", hidden: "" });
    this.panel = node("div", { class: "vv-net-panel" });
    this.svg = drawn(["svg", { role: "application", "aria-label": words.title, class: "vv-net-svg" }, ""]);
    this.svg.setAttribute("aria-describedby", `${mark}-keys`);
    this.layers = {};
    for (const name of ["ground", "cells", "ties", "words", "people", "key"]) {
      const layer = drawn(["g", name === "people" ? {} : { "aria-hidden": "true" }, ""]);
      this.layers[name] = layer;
      this.svg.append(layer);
    }
    this.list = node("div", { class: "vv-net-list", tabindex: "-1", role: "group", "aria-label": words.list });
    const skip = button(words.skip, () => this.list.focus(), { class: "vv-button vv-net-skip" });
    this.drawing = node("div", { class: "vv-net-drawing" }, skip, this.svg);
    this.root = node(
      "div",
      { class: "vv-net" },
      node("p", { class: "vv-net-help" }, words.help),
      node(
        "details",
        { class: "vv-net-keys" },
        node("summary", {}, words.without_mouse),
        node("p", { class: "vv-net-help", id: `${mark}-keys` }, words.keys),
      ),
      node("div", { class: "vv-net-tools" }, this.add, this.undo),
      node("div", { class: "vv-net-line" }, this.said, this.where),
      this.panel,
      node("div", { class: "vv-net-pair" }, this.drawing, this.list),
    );
    this.root.addEventListener("keydown", (event) => this.onKey(event));
    el.append(this.root);
    this.watchWidth();
  }

  watchWidth() {
    let timer = 0;
    this.sized = new ResizeObserver(([entry]) => {
      const width = Math.round(entry.contentRect.width);
      clearTimeout(timer);
      timer = setTimeout(() => width > 0 && width !== this.width && this.fit(width), 60);
    });
    this.sized.observe(this.drawing);
  }

  fit(width) {
    this.width = width;
    this.want("width", { width });
  }

  // --- What is wanted ------------------------------------------------------------------------

  want(kind, what, then = null) {
    if (this.shown.locked && kind !== "width") return;
    const id = `${this.mark}-${++this.asked}`;
    if (then) this.waiting.set(id, then);
    this.model.send({ kind, id, ...what });
  }

  // --- What is shown -------------------------------------------------------------------------

  render() {
    if (this.dragged) return; // drawn when it is let go
    const { undo, said, reply, full, locked } = this.shown;
    this.root.classList.toggle("vv-net-locked", locked);
    if (locked) this.panel.replaceChildren();
    this.drawScene();
    this.writeList();
    this.undo.textContent = undo;
    this.undo.hidden = !undo;
    this.add.title = full;
    // The same words twice are read twice.
    const again = this.said.textContent === said[1] ? "\u00a0" : "";
    if (said[0] !== (this.count ?? said[0])) this.said.textContent = said[1] + again;
    this.count = said[0];
    const then = this.waiting.get(reply.id);
    this.waiting.delete(reply.id);
    then?.(reply);
  }

  drawScene() {
    const { scene } = this.shown;
    this.svg.setAttribute("viewBox", `0 0 ${scene.width} ${scene.height}`);
    this.svg.style.maxWidth = `${scene.width}px`;
    const { ground, cells, ties, words, key } = this.layers;
    ground.replaceChildren(...scene.ground.map(drawn));
    words.replaceChildren(...scene.words.map(drawn));
    key.replaceChildren(...scene.key.map(drawn));
    cells.replaceChildren(...scene.cells.map((cell) => drawn(cell.mark)));
    ties.replaceChildren(...scene.people.map((one) => drawn(one.tie)));
    this.drawPeople(scene.people);
  }

  // Whoever has the focus keeps it: its element stays where it is, and the others move around it.
  drawPeople(people) {
    const layer = this.layers.people;
    const old = new Map([...layer.children].map((one) => [one.dataset.row, one]));
    const held = document.activeElement;
    let passed = !people.some((one) => old.get(one.row) === held);
    const keep = passed ? null : held;
    for (const one of people) {
      const group = old.get(one.row) ?? this.person(one.row);
      old.delete(one.row);
      this.dress(group, one);
      if (group === keep) passed = true;
      else if (passed) layer.append(group);
      else layer.insertBefore(group, keep);
    }
    for (const gone of old.values()) gone.remove();
  }

  person(row) {
    const group = drawn(["g", { class: "vv-net-person", role: "button", tabindex: "0" }, ""]);
    group.dataset.row = row;
    group.dataset.key = `person:${row}`;
    group.addEventListener("pointerdown", (event) => this.take(event, group));
    // Not every browser knows touch-action inside a drawing: the page must not scroll instead.
    const hold = (event) => this.shown.locked || event.preventDefault();
    group.addEventListener("touchstart", hold, { passive: false });
    return group;
  }

  dress(group, one) {
    group.setAttribute("transform", `translate(${one.at[0]} ${one.at[1]})`);
    group.setAttribute("aria-label", this.listed(one.row).sentence);
    group.replaceChildren(...one.marks.map(drawn));
  }

  everybody() {
    return this.shown.groups.flatMap((group) => group.people);
  }

  listed(row) {
    return this.everybody().find((one) => one.row === row);
  }

  writeList() {
    const { groups, summary } = this.shown;
    const state = JSON.stringify([groups, summary]);
    if (state === this.written) return;
    this.written = state;
    const { key } = this.root.contains(document.activeElement) ? document.activeElement.dataset : {};
    const count = node("p", { class: "vv-net-count" }, summary);
    this.list.replaceChildren(count, ...groups.map((group, place) => this.sector(group, place)));
    if (key && !this.root.contains(document.activeElement)) this.focus(key);
  }

  sector(group, place) {
    const id = `${this.mark}-sector-${place}`;
    const head = node("p", { class: "vv-net-sector", id }, group.name);
    const people = group.people.map((one) => this.entry(one));
    const nobody = node("p", { class: "vv-net-nobody" }, this.words.none_here);
    return node("div", {}, head, people.length ? node("ul", { "aria-labelledby": id }, ...people) : nobody);
  }

  entry(one) {
    const { words } = this;
    const looks = (kind) => ({ class: "vv-net-small", "aria-label": one[kind], "data-key": `${kind}:${one.row}` });
    const edit = button(words.edit, () => this.open(one.row, `edit:${one.row}`), looks("edit"));
    const remove = button(words.remove, () => this.remove(one.row, "remove"), looks("remove"));
    const said = node("span", { class: "vv-net-said-of" }, node("strong", {}, one.name));
    if (one.details) said.append(node("span", { class: "vv-net-details" }, one.details));
    if (one.warning) said.append(node("span", { class: "vv-net-warning" }, one.warning));
    return node("li", { "data-row": one.row }, said, node("span", { class: "vv-net-do" }, edit, remove));
  }

  // --- Where the focus goes ------------------------------------------------------------------

  focus(key) {
    this.root.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
  }

  remove(row, kind) {
    const rows = kind === "person" ? this.shown.scene.people : this.everybody();
    const place = rows.findIndex((one) => one.row === row);
    const next = rows[place + 1] ?? rows[place - 1];
    this.want("remove", { row }, () => (next ? this.focus(`${kind}:${next.row}`) : this.add.focus()));
  }

  // --- Keyboard ------------------------------------------------------------------------------

  onKey(event) {
    const { target, key } = event;
    if (target.closest("input, select")) {
      if (key === "Escape") this.close();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) {
      if (key.toLowerCase() === "z" && !event.altKey) {
        event.preventDefault();
        this.want("undo", {}, (reply) => reply.row && this.focus(`person:${reply.row}`));
      }
      return;
    }
    if (key === "n") this.open(null, target.dataset.key);
    else if (key === "Escape" && this.dragged) this.letGo(false);
    else if (key === "Escape" && this.panel.firstChild) this.close();
    else if (!this.onPersonKey(target.closest(".vv-net-person"), key)) return;
    event.preventDefault();
  }

  onPersonKey(group, key) {
    if (!group) return false;
    const { row } = group.dataset;
    const people = [...this.layers.people.children];
    if (STEPS[key]) this.want("step", { row, ...STEPS[key] });
    else if (key === "Enter" || key === " ") this.open(row, `person:${row}`);
    else if (key === "Delete" || key === "Backspace") this.remove(row, "person");
    else if (key === "Home") people.at(0).focus();
    else if (key === "End") people.at(-1).focus();
    else return false;
    return true;
  }

  // --- Mouse and finger ----------------------------------------------------------------------

  take(event, group) {
    if (event.button !== 0 || this.dragged || this.shown.locked) return;
    const { row } = group.dataset;
    let moved = false;
    const move = ({ pointerId, clientX, clientY }) => {
      if (pointerId !== event.pointerId) return;
      const far = Math.hypot(clientX - event.clientX, clientY - event.clientY) > NEAR;
      if (far && !moved) this.lift(group);
      moved ||= far;
      if (this.dragged) this.drag(clientX, clientY); // and not after Escape
    };
    const end = ({ pointerId, type }) => {
      if (pointerId !== event.pointerId) return;
      for (const [name, listener] of Object.entries(listeners)) group.removeEventListener(name, listener);
      if (this.dragged) this.letGo(type === "pointerup");
      else if (type === "pointerup" && !moved) this.open(row, `person:${row}`, false);
    };
    const listeners = { pointermove: move, pointerup: end, pointercancel: end };
    for (const [name, listener] of Object.entries(listeners)) group.addEventListener(name, listener);
    group.setPointerCapture(event.pointerId);
    group.focus({ preventScroll: true });
  }

  lift(group) {
    const place = this.shown.scene.people.findIndex((one) => one.row === group.dataset.row);
    this.dragged = { group, tie: this.layers.ties.children[place], cell: null };
    this.root.classList.add("vv-net-moving");
  }

  drag(clientX, clientY) {
    const { scene } = this.shown;
    const at = new DOMPoint(clientX, clientY).matrixTransform(this.svg.getScreenCTM().inverse());
    const { group, tie } = this.dragged;
    group.setAttribute("transform", `translate(${at.x} ${at.y})`);
    tie.setAttribute("x2", at.x);
    tie.setAttribute("y2", at.y);
    const [x, y] = [at.x - scene.middle[0], at.y - scene.middle[1]];
    const angle = (Math.round((Math.atan2(x, -y) * 180) / Math.PI) + 360) % 360;
    // Outside the rings is still far away, and in the middle still near.
    const reach = Math.min(Math.max(Math.hypot(x, y), scene.radii[0] + 1), scene.radii.at(-1) - 1);
    const over = new DOMPoint(
      scene.middle[0] + reach * Math.sin((angle * Math.PI) / 180),
      scene.middle[1] - reach * Math.cos((angle * Math.PI) / 180),
    );
    const paths = [...this.layers.cells.children];
    const found = paths.findIndex((path) => path.isPointInFill(over));
    if (found < 0) return; // on a border: where it was
    paths.forEach((path, place) => path.classList.toggle("vv-net-over", place === found));
    this.dragged.cell = { ...scene.cells[found], angle };
    this.where.textContent = scene.cells[found].name;
    this.where.hidden = false;
    this.said.hidden = true;
  }

  letGo(keep) {
    const { group, cell } = this.dragged;
    this.dragged = null;
    this.root.classList.remove("vv-net-moving");
    this.where.hidden = true;
    this.said.hidden = false;
    if (!keep || !cell) return this.render();
    for (const path of this.layers.cells.children) path.classList.remove("vv-net-over");
    this.want("drop", { row: group.dataset.row, sector: cell.sector, ring: cell.ring, angle: cell.angle });
  }

  // --- Adding and editing --------------------------------------------------------------------

  open(row, from, focus = true) {
    const one = row ? this.listed(row) : null;
    if ((row && !one) || this.shown.locked) return;
    const there = this.panel.querySelector("form");
    if (there?.dataset.row === (row ?? "")) {
      // It is open already, and something may be typed in it.
      if (focus) there.querySelector("input").focus();
      return;
    }
    const form = node("form", { class: "vv-net-form", novalidate: "" });
    form.dataset.row = row ?? "";
    form.setAttribute("aria-label", one ? one.edit : this.words.add);
    const fields = this.words.fields.map((field) => this.field(field, one?.values[field.id] ?? ""));
    const keep = node("button", { type: "submit", class: "vv-button vv-primary" }, one ? this.words.keep : this.words.keep_new);
    const close = button(this.words.close, () => this.close());
    const head = node("p", { class: "vv-net-head" }, one ? one.edit : this.words.add);
    const tools = node("div", { class: "vv-net-tools" }, keep, close);
    form.append(head, node("div", { class: "vv-net-fields" }, ...fields.map((field) => field.box)), tools);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit(row, fields);
    });
    this.from = typeof from === "string" ? from : "add";
    this.panel.replaceChildren(form);
    if (focus) fields[0].input.focus();
    this.panel.scrollIntoView({ block: "nearest" });
  }

  field({ id, label, help, options }, value) {
    const name = `${this.mark}-${id}`;
    const input = options ? this.select(options) : node("input", { type: "text", autocomplete: "off" });
    input.id = name;
    input.value = value;
    const fault = node("p", { class: "vv-net-fault", id: `${name}-fault`, role: "alert" });
    const hint = node("p", { class: "vv-net-hint", id: `${name}-hint` }, help);
    const below = node("div", {}, fault, hint);
    input.setAttribute("aria-describedby", `${fault.id} ${hint.id}`);
    const box = node("div", { class: "vv-net-field" }, node("label", { for: name }, label), input, below);
    return { id, input, fault, box };
  }

  select(options) {
    const all = [["", this.words.choose], ...options];
    return node("select", {}, ...all.map(([value, words]) => node("option", { value }, words)));
  }

  submit(row, fields) {
    const values = Object.fromEntries(fields.map(({ id, input }) => [id, input.value]));
    this.want("write", { row, values }, ({ faults }) => {
      if (!Object.keys(faults ?? {}).length) return this.close();
      for (const { id, input, fault } of fields) {
        fault.textContent = faults[id] ?? "";
        input.setAttribute("aria-invalid", id in faults);
      }
      fields.find(({ id }) => faults[id]).input.focus();
    });
  }

  close() {
    this.panel.replaceChildren();
    this.focus(this.from);
    if (!this.root.contains(document.activeElement)) this.add.focus();
  }
}

function render({ model, el }) {
  const map = new Picture(model, el);
  const show = () => map.render();
  model.on("change:shown", show);
  return () => {
    model.off("change:shown", show);
    map.sized.disconnect();
  };
}

export default { render };
