// The browser's side of widgets/workbench/start_panel.py: the start of the workbench as plain fields.
//
// What a person has typed or opened stays while Python says something new: only what changed is drawn again.

import { fill, make } from "./elements.js";

let instances = 0;

function button(label, action, kind = "vv-button") {
  const made = make("button", kind, label);
  made.type = "button";
  made.onclick = action;
  return made;
}

class Panel {
  constructor(model, el) {
    this.model = model;
    this.words = model.get("words");
    this.id = `vv-start-${++instances}`;
    this.reports = {};
    this.el = make("section", "vv-start-panel");
    this.el.setAttribute("aria-label", this.words.municipality);
    this.el.append(this.municipality(), this.ownAndCases(), this.saved());
    el.append(this.el);
    this.drawn = {
      "change:municipalities": () => this.drawMunicipalities(),
      "change:chosen": () => this.drawMunicipalities(),
      "change:about": () => this.drawAbout(),
      "change:loaded": () => this.drawAbout(),
      "change:own": () => this.drawOwn(),
      "change:scenarios": () => this.drawScenarios(),
      "change:reports": () => this.drawReports(),
    };
    for (const [event, draw] of Object.entries(this.drawn)) model.on(event, draw);
    for (const draw of Object.values(this.drawn)) draw();
  }

  stop() {
    for (const [event, draw] of Object.entries(this.drawn)) this.model.off(event, draw);
  }

  tell(kind, more = {}, buffers = []) {
    this.model.send({ kind, ...more }, undefined, buffers);
  }

  // --- The parts ------------------------------------------------------------------------------

  municipality() {
    const part = make("div", "vv-start-municipality");
    const label = make("label", "vv-start-label", this.words.municipality);
    this.choice = make("select", "vv-start-choice");
    label.htmlFor = this.choice.id = `${this.id}-municipality`;
    this.choice.onchange = () => this.tell("choose", { key: this.choice.value });
    this.about = make("p", "vv-start-note");
    this.about.id = `${this.id}-about`;
    this.choice.setAttribute("aria-describedby", this.about.id);
    part.append(label, this.choice, this.about, this.report("municipality"));
    return part;
  }

  ownAndCases() {
    const fold = this.fold(this.words.own_and_cases);
    this.own = make("details", "vv-start-own");
    this.ownTitle = make("summary");
    this.ownList = make("ul");
    this.own.append(this.ownTitle, this.ownList);
    this.removing = make("div", "vv-start-removing");
    fold.append(
      this.loading("figures", ".xlsx,.csv"),
      this.loading("cases", ".xlsx"),
      this.checklists(),
      this.own,
      this.removing,
    );
    return fold;
  }

  loading(part, endings) {
    const box = make("div", "vv-start-part");
    const title = make("h2", "", this.words[part]);
    title.id = `${this.id}-${part}`;
    const row = make("div", "vv-start-row");
    row.setAttribute("role", "group");
    row.setAttribute("aria-labelledby", title.id);
    row.append(
      button(this.words.template, () => this.tell("template", { part })),
      this.file(part, endings, this.words.choose_file, title.id),
    );
    box.append(title, make("p", "vv-start-note", this.words[`${part}_how`]), row, this.report(part));
    return box;
  }

  checklists() {
    const part = "checklists";
    const box = make("div", "vv-start-part");
    const row = make("div", "vv-start-row");
    const see = make("a", "vv-link", this.words.checklists_see);
    see.href = "egne_tal.ipynb";
    const use = button(this.words.checklists_use, () => {
      this.say(part, { lead: this.words.estimating, items: [], problem: false });
      this.tell(part);
    });
    row.append(use, see);
    const title = make("h2", "", this.words[part]);
    box.append(title, make("p", "vv-start-note", this.words.checklists_how), row, this.report(part));
    return box;
  }

  saved() {
    const fold = this.fold(this.words.saved);
    const saving = make("form", "vv-start-form");
    const name = this.field("name", 80, this.words.name_hint);
    this.savedName = name.input;
    const save = make("button", "vv-button", this.words.save);
    save.type = "submit";
    saving.append(name.label, name.input, save);
    saving.onsubmit = (event) => {
      event.preventDefault();
      this.tell("save", { name: this.savedName.value });
    };
    this.scenarios = make("ul", "vv-start-scenarios");
    const opening = make("form", "vv-start-form");
    const code = this.field("code", 20000, "V1…");
    const open = make("button", "vv-button", this.words.open_code);
    open.type = "submit";
    const row = make("div", "vv-start-row");
    row.append(open, this.file("scenarios", ".toml", this.words.open_file));
    opening.append(code.label, code.input, row);
    opening.onsubmit = (event) => {
      event.preventDefault();
      this.tell("code", { code: code.input.value });
    };
    fold.append(saving, this.report("scenarios"), this.scenarios, opening);
    return fold;
  }

  fold(title) {
    const fold = make("details", "vv-start-fold");
    fold.append(make("summary", "", title));
    return fold;
  }

  field(name, longest, hint) {
    const label = make("label", "vv-start-label", this.words[name]);
    const input = make("input", "vv-start-field");
    input.type = "text";
    input.maxLength = longest;
    input.placeholder = hint;
    input.autocomplete = "off";
    label.htmlFor = input.id = `${this.id}-${name}`;
    return { label, input };
  }

  // A field for a file that looks as a button; the keyboard and a screen reader meet the field itself.
  file(part, endings, words, titled) {
    const label = make("label", "vv-button vv-start-file");
    const input = make("input");
    input.type = "file";
    input.accept = endings;
    input.id = `${this.id}-file-${part}`;
    label.htmlFor = input.id;
    const seen = make("span", "", words);
    seen.id = `${input.id}-words`;
    label.append(seen, input);
    if (titled) input.setAttribute("aria-labelledby", `${titled} ${seen.id}`);
    input.onchange = async () => {
      const [file] = input.files;
      if (!file) return;
      if (file.size > this.model.get("largest")) {
        this.say(part, { lead: this.words.too_large, items: [], problem: true });
      } else {
        this.say(part, { lead: this.words.reading, items: [], problem: false });
        const content = await file.arrayBuffer();
        this.tell("file", { part, name: file.name }, [new DataView(content)]);
      }
      input.value = ""; // so that the same file can be chosen again once it was put right
    };
    return label;
  }

  report(part) {
    const region = make("div", "vv-start-report");
    region.setAttribute("role", "status");
    this.reports[part] = region;
    return region;
  }

  // --- What Python says -----------------------------------------------------------------------

  drawMunicipalities() {
    this.choice.replaceChildren(
      ...this.model.get("municipalities").map(({ key, name }) => {
        const option = make("option", "", name);
        option.value = key;
        return option;
      }),
    );
    this.choice.value = this.model.get("chosen");
  }

  drawAbout() {
    this.about.textContent = this.model.get("about");
    const { words } = this;
    const asked = [this.deleting(words.remove, words.remove_sure, () => this.tell("remove"), this.choice)];
    this.removing.replaceChildren(...(this.model.get("loaded") ? asked : []));
  }

  drawOwn() {
    const numbers = this.model.get("own");
    this.own.hidden = !numbers.length;
    this.own.open = numbers.some((one) => one.beyond); // what is to be looked at is not hidden
    this.ownTitle.textContent = fill(this.words.your_numbers, { n: numbers.length });
    this.ownList.replaceChildren(
      ...numbers.map((one) => {
        const item = make("li");
        const head = make("div", "vv-start-number");
        head.append(make("span", "", one.name), make("b", "", one.value));
        const source = one.source ? fill(this.words.source, one) : this.words.no_source;
        item.append(head, make("p", "vv-start-note", `${fill(this.words.ours, one)} ${source}`));
        if (one.beyond) item.append(make("p", "vv-start-look", fill(this.words.beyond, one)));
        return item;
      }),
    );
  }

  drawScenarios() {
    const saved = this.model.get("scenarios");
    const { words } = this;
    if (!saved.length) {
      this.scenarios.replaceChildren(make("li", "vv-start-note", words.nothing_saved));
      return;
    }
    this.scenarios.replaceChildren(
      ...saved.map((one) => {
        const item = make("li");
        const { number } = one;
        const row = make("div", "vv-start-row");
        const named = (label, id, kind) => {
          const made = button(label, () => this.tell(kind, { number }), "vv-link");
          made.setAttribute("aria-label", fill(words[id], one));
          return made;
        };
        row.append(
          named(words.open, "open_named", "open"),
          named(words.as_file, "as_file_named", "as_file"),
          this.deleting(words.delete, fill(words.delete_named, one), () => this.tell("forget", { number }), this.savedName),
        );
        item.append(make("b", "", one.name), make("p", "vv-start-note", one.about), row);
        return item;
      }),
    );
  }

  // A button that asks once more before it deletes.
  deleting(label, question, action, after) {
    const box = make("span", "vv-start-deleting");
    const begin = button(label, () => ask(), "vv-link");
    begin.setAttribute("aria-label", question);
    const rest = () => {
      box.replaceChildren(begin);
      begin.focus();
    };
    const ask = () => {
      const yes = button(this.words.yes_delete, () => {
        after.focus(); // before what was asked about is gone, and the keyboard's place with it
        action();
      }, "vv-link vv-start-danger");
      const told = make("span", "", question);
      told.setAttribute("role", "status");
      box.replaceChildren(told, yes, button(this.words.keep, rest, "vv-link"));
      yes.focus();
    };
    box.append(begin);
    return box;
  }

  drawReports() {
    const reports = this.model.get("reports");
    for (const part of Object.keys(this.reports)) this.say(part, reports[part]);
  }

  say(part, report) {
    const region = this.reports[part];
    region.replaceChildren();
    if (!report) return;
    const box = make("div", report.problem ? "vv-start-problem" : "vv-start-done");
    box.append(make("p", "", report.lead));
    if (report.items.length) {
      const list = make("ol");
      list.append(...report.items.map((words) => make("li", "", words)));
      box.append(list);
    }
    region.append(box);
    if (part === "scenarios" && !report.problem) this.savedName.value = "";
  }
}

function render({ model, el }) {
  const panel = new Panel(model, el);
  return () => panel.stop();
}

export default { render };
