// The browser's side of widgets/workbench/map_grid.py: a grid of cells, read by pointer and keyboard.
//
// Python decides what stands in each cell; this file shows it, and sends the row and column of the one that
// somebody clicks. A finger reads with its first touch of a cell and chooses with its second.

import { make } from "./elements.js";

function mixed(shades, share) {
  const place = Math.min(0.9999, Math.max(0, share)) * (shades.length - 1);
  const part = place - Math.floor(place);
  const [from, to] = [shades[Math.floor(place)], shades[Math.floor(place) + 1]].map((colour) =>
    [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)),
  );
  return from.map((value, n) => Math.round(value + part * (to[n] - value)));
}

// White words where they stand out more from the ground than black ones.
function dark(colour) {
  const [r, g, b] = colour.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b < 0.18;
}

class Grid {
  constructor(model, el) {
    this.model = model;
    this.at = [0, 0];
    this.cells = [];
    this.shape = "";
    this.lately = "mouse";
    this.box = make("div", "vv-map");
    el.append(this.box);
    this.draw();
  }

  draw() {
    const shown = this.model.get("shown");
    if (!shown.rows) {
      this.box.replaceChildren();
      this.shape = "";
      return;
    }
    const shape = JSON.stringify([shown.names, shown.across, shown.up]);
    if (shape !== this.shape) this.build(shown);
    this.shape = shape;
    this.table.setAttribute("aria-label", shown.label);
    shown.rows.forEach((row, y) => row.forEach((cell, x) => this.fill(this.cells[y][x], cell, shown.shades)));
    this.read(...this.at);
  }

  build(shown) {
    this.at = [shown.rows.length - 1, 0]; // at the corner where both inputs are least
    this.table = make("table");
    this.table.setAttribute("role", "grid");
    const head = make("tr");
    head.setAttribute("role", "row");
    const corner = make("td"); // empty: both inputs are named above
    corner.setAttribute("role", "presentation");
    head.append(corner, ...shown.across.map((words) => this.heading(words, "columnheader", "col")));
    this.cells = [];
    const rows = shown.rows.map((row, y) => {
      const line = make("tr");
      line.setAttribute("role", "row");
      const cells = row.map((_, x) => this.cell(y, x));
      this.cells.push(cells);
      line.append(this.heading(shown.up[y], "rowheader", "row"), ...cells);
      return line;
    });
    this.table.append(head, ...rows);
    const names = make("p", "vv-map-names", shown.axes);
    const scroll = make("div", "vv-scroll");
    scroll.append(this.table);
    this.said = make("p", "vv-map-said");
    this.said.setAttribute("aria-hidden", "true"); // the cell itself is read out
    this.box.replaceChildren(names, scroll, this.said, make("p", "vv-control-note", shown.how));
  }

  heading(words, role, scope) {
    const heading = make("th", "", words);
    heading.scope = scope;
    heading.setAttribute("role", role);
    return heading;
  }

  cell(y, x) {
    const cell = make("td");
    cell.setAttribute("role", "gridcell");
    cell.tabIndex = y === this.at[0] && x === this.at[1] ? 0 : -1;
    cell.onpointerdown = (event) => (this.lately = event.pointerType);
    cell.onpointerenter = (event) => event.pointerType === "mouse" && this.read(y, x);
    cell.onfocus = () => this.read(y, x);
    cell.onkeydown = (event) => this.key(event, y, x);
    cell.onclick = () => {
      const first = this.lately === "touch" && this.touched !== `${y} ${x}`;
      this.touched = `${y} ${x}`;
      this.focus(y, x);
      if (!first) this.choose(y, x);
    };
    return cell;
  }

  fill(cell, item, shades) {
    const parts = [make("span", "vv-map-lead", item.lead), make("span", "vv-map-second", item.second)];
    if (item.here) parts.push(make("span", "vv-map-here", item.here));
    if (item.mark) parts.push(make("span", `vv-map-mark vv-map-${item.mark}`));
    cell.replaceChildren(...parts);
    const here = item.here ? ` (${item.here})` : "";
    cell.setAttribute("aria-label", item.words + here);
    cell.className = item.edges.map((side) => `vv-map-${side}`).join(" ");
    const colour = item.shade === null ? null : mixed(shades, item.shade);
    cell.style.backgroundColor = colour ? `rgb(${colour})` : "";
    cell.style.color = colour && dark(colour) ? "#fbfaf7" : "";
    cell.classList.toggle("vv-map-waits", !colour);
    cell.classList.toggle("vv-map-named", Boolean(item.here));
    cell.dataset.mark = item.mark;
  }

  read(y, x) {
    const item = this.model.get("shown").rows?.[y]?.[x];
    if (!item) return;
    this.said.textContent = item.words;
    this.box.querySelector(".vv-map-seen")?.classList.remove("vv-map-seen");
    this.cells[y][x].classList.add("vv-map-seen");
  }

  focus(y, x) {
    this.cells[this.at[0]][this.at[1]].tabIndex = -1;
    this.at = [y, x];
    this.cells[y][x].tabIndex = 0;
    this.cells[y][x].focus();
  }

  key(event, y, x) {
    const last = [this.cells.length - 1, this.cells[0].length - 1];
    const to = {
      ArrowUp: [y - 1, x],
      ArrowDown: [y + 1, x],
      ArrowLeft: [y, x - 1],
      ArrowRight: [y, x + 1],
      Home: [event.ctrlKey ? 0 : y, 0],
      End: [event.ctrlKey ? last[0] : y, last[1]],
      PageUp: [0, x],
      PageDown: [last[0], x],
    }[event.key];
    if (to) {
      event.preventDefault();
      this.focus(...to.map((place, n) => Math.min(last[n], Math.max(0, place))));
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.choose(y, x);
    }
  }

  choose(row, column) {
    this.model.send({ kind: "choose", row, column });
  }
}

function render({ model, el }) {
  const grid = new Grid(model, el);
  const draw = () => grid.draw();
  model.on("change:shown", draw);
  return () => model.off("change:shown", draw);
}

export default { render };
