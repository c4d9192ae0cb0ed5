// The answers that the trainer shows to all: the groups of each question side by side.
// Everything here is text, and never markup.

import { make } from "./elements.js";

function cell(group) {
  const box = make("td");
  for (const { answer, count } of group.counts) {
    const line = make("div", "vd-count");
    line.append(make("span", "vd-number", String(count)), make("span", "", answer));
    box.append(line);
  }
  if (group.words.length) {
    const list = make("ul");
    for (const words of group.words) list.append(make("li", "", words));
    box.append(list);
  }
  if (group.none) box.append(make("span", "vv-quiet", group.none));
  return box;
}

export function drawShown(element, shown) {
  const parts = [];
  for (const exercise of shown) {
    parts.push(make("h2", "", exercise.title));
    for (const question of exercise.questions) {
      const table = make("table", "vd-table");
      table.append(make("caption", "", question.label));
      for (const group of question.groups) {
        const row = make("tr");
        const name = make("th", "", group.name);
        name.scope = "row";
        row.append(name, cell(group));
        table.append(row);
      }
      parts.push(table);
      const said = [question.agreement, question.differ].filter(Boolean).join(" · ");
      if (said) parts.push(make("p", "vv-quiet", said));
    }
  }
  element.replaceChildren(...parts);
  element.hidden = parts.length === 0;
}
