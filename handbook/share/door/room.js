// The page of a participant: the step and its clock, what to read, what to answer, what is shown.

import { ask } from "./ask.js";
import { showClock } from "./clock.js";
import { fill, make } from "./elements.js";
import questions from "./questions.js";
import { Sheet } from "./sheet.js";
import { drawShown } from "./shown.js";

const EVERY = 2500; // ms between two questions to the door
const AT_MOST = 10000; // ms, where the door does not answer

const { key } = document.body.dataset;
const words = JSON.parse(document.body.dataset.words);
const at = (id) => document.getElementById(id);
const opened = new Map(); // exercise → what the door gave, and its sheet
let state = null;
let problem = "";
let pause = EVERY;
let timer = 0;
let current = "";
let leaveQuestions = null;
let unseen = false; // whether the trainer shows something that has not been in sight yet

// --- What this tab remembers, so that a reload comes back to the same place --------------------------

function remembered(name) {
  try {
    return sessionStorage.getItem(`vejviser-place/${key}/${name}`) ?? "";
  } catch {
    return "";
  }
}

function remember(name, value) {
  try {
    sessionStorage.setItem(`vejviser-place/${key}/${name}`, value);
  } catch {
    // A browser that keeps nothing: a reload begins at the present step.
  }
}

// What somebody else left on this machine is nobody's to read.
function forget(mine) {
  for (const name of ["localStorage", "sessionStorage"]) {
    try {
      const storage = window[name];
      for (const place of Object.keys(storage)) {
        if (place.startsWith("vejviser/") && (mine || !place.startsWith(`vejviser/${key}/`))) {
          storage.removeItem(place);
        }
      }
    } catch {
      return;
    }
  }
}

// --- What is told ----------------------------------------------------------------------------

function tell() {
  const parts = [];
  if (problem) parts.push(make("p", "vv-notice vv-notice-look", problem));
  if (state && !state.open) parts.push(make("p", "vv-notice", words.closed));
  if (unseen) {
    parts.push(offer(words.shown, words.see, () => at("shown-to-all").scrollIntoView()));
  }
  const next = state?.exercise;
  if (next && next !== current && next !== remembered("followed") && opened.has(current)) {
    const title = state.exercises.find((one) => one.id === next)?.title ?? "";
    parts.push(offer(fill(words.moved_on, { title }), words.follow, () => follow(next)));
  }
  const said = parts.map((part) => part.textContent).join();
  if (at("told").dataset.said === said) return;
  at("told").dataset.said = said;
  at("told").replaceChildren(...parts);
}

function offer(sentence, does, go) {
  const notice = make("p", "vv-notice", sentence);
  const button = make("button", "vv-button", does);
  button.type = "button";
  button.onclick = go;
  notice.append(button);
  return notice;
}

function tellKept(sheet) {
  if (sheet.exercise !== current) return;
  const time = sheet.clock;
  const saved = time ? fill(words.saved, { time }) : words.not_saved;
  const said = { saved, waiting: words.saving, lost: words.unsaved, ended: words.ended };
  const parts = [sheet.progress, said[sheet.state], sheet.problem];
  at("kept").textContent = parts.filter(Boolean).join(" · ");
  at("kept").dataset.state = sheet.state;
}

// --- The exercise --------------------------------------------------------------------------------

function paragraphs(texts) {
  return texts.map((text) => make("p", "", text));
}

function fold(title, texts, open) {
  const box = make("details", "vd-paper");
  box.open = open;
  box.append(make("summary", "", title), ...paragraphs(texts));
  return box;
}

function drawExercise({ given, sheet }) {
  leaveQuestions?.();
  at("exercise").textContent = given.title;
  at("task").replaceChildren(...paragraphs(given.task), make("p", "vv-quiet", given.note));
  const wide = matchMedia("(min-width: 1000px)").matches;
  const story = given.case ? [fold(`${given.case.id} · ${given.case.title}`, given.story, true)] : [];
  const papers = given.papers.map(({ title, text }) => fold(title, text, wide));
  at("reading").replaceChildren(make("h2", "", words.read), ...story, ...papers);
  at("questions").replaceChildren();
  leaveQuestions = questions.render({ model: sheet, el: at("questions") });
  at("work").hidden = false;
  tellKept(sheet);
}

async function open(id) {
  if (!opened.has(id)) {
    const { status, answer } = await ask(`room/exercise/${id}`);
    if (status !== 200 || opened.has(id)) return;
    const sheet = new Sheet(answer, key, tellKept);
    opened.set(id, { given: answer, sheet });
  }
  const first = current === "";
  current = id;
  remember("chosen", id);
  drawExercise(opened.get(id));
  drawExercises();
  tell();
  if (first) scrollTo({ top: Number(remembered("scroll")) || 0 });
}

function follow(id) {
  remember("followed", id);
  return open(id);
}

function drawExercises() {
  const items = (state?.exercises ?? []).map(({ id, title }) => {
    const button = make("button", "vv-button", title);
    button.type = "button";
    if (id === current) button.setAttribute("aria-current", "true");
    button.onclick = () => open(id);
    return button;
  });
  at("exercises").replaceChildren(...items);
  at("exercises").hidden = items.length < 2;
}

// Nobody is taken out of a field that they are writing in.
function isWriting() {
  return at("questions").contains(document.activeElement) && document.activeElement.matches("input, textarea, select");
}

const inSight = new IntersectionObserver((entries) => {
  if (entries.some((entry) => entry.isIntersecting)) {
    unseen = false;
    tell();
  }
});

// Answers come one by one while they are shown; only another question is news.
function changed(before, now) {
  const said = (shown) => JSON.stringify((shown ?? []).map((one) => [one.id, one.questions.map((each) => each.label)]));
  return said(before) !== said(now);
}

async function show(before) {
  at("who").textContent = state.who;
  at("step").textContent = state.title;
  at("place").textContent = state.place;
  showClock(at("clock"), state.clock, words);
  drawShown(at("shown"), state.shown);
  at("shown-to-all").hidden = state.shown.length === 0;
  unseen = state.shown.length > 0 && (unseen || changed(before?.shown, state.shown));
  inSight.unobserve(at("shown-to-all"));
  if (unseen) inSight.observe(at("shown-to-all"));
  drawExercises();
  if (before && before.open !== state.open) await refresh();
  const followed = remembered("followed");
  const there = (id) => state.exercises.some((one) => one.id === id);
  if (there(state.exercise) && state.exercise !== followed) {
    if (!isWriting()) await follow(state.exercise);
  } else if (!current) {
    const chosen = remembered("chosen");
    const last = state.exercises.at(-1)?.id;
    const id = there(chosen) ? chosen : last;
    if (id) await open(id);
  }
  if ((state.revisions[current] ?? 0) > opened.get(current)?.sheet.revision) await refresh();
  tell();
}

// Somebody has answered in another tab, or the session was closed or opened again.
async function refresh() {
  const entry = opened.get(current);
  if (!entry) return;
  const { status, answer } = await ask(`room/exercise/${current}`);
  if (status === 200) entry.sheet.refresh(answer.sheet);
}

// --- The session ---------------------------------------------------------------------------------

async function poll() {
  clearTimeout(timer);
  const { status, answer, same } = await ask("room/state");
  if (status === 200) {
    const back = problem !== "";
    problem = "";
    pause = EVERY * (0.8 + 0.4 * Math.random()); // so that 25 do not ask in the same moment
    if (back) for (const { sheet } of opened.values()) sheet.again();
    const before = state;
    state = answer;
    if (!same || !before || !current) await show(before);
  } else if (status === 401) {
    problem = words.gone;
    pause = AT_MOST;
  } else {
    problem = status >= 500 && answer?.problem ? answer.problem : words.offline;
    pause = Math.min(1.5 * pause, AT_MOST);
  }
  tell();
  clearTimeout(timer);
  timer = setTimeout(poll, pause);
}

function now() {
  for (const { sheet } of opened.values()) sheet.again();
  poll();
}

forget(false);
addEventListener("online", now);
addEventListener("offline", () => {
  problem = words.offline;
  tell();
});
document.addEventListener("visibilitychange", () => document.hidden || now());
addEventListener("pagehide", () => {
  remember("scroll", String(scrollY));
  for (const { sheet } of opened.values()) sheet.leave();
});
at("leave").onsubmit = (event) => {
  const unsent = [...opened.values()].some(({ sheet }) => sheet.unsent.size > 0);
  if (!confirm(unsent ? words.leave_unsent : words.leave)) event.preventDefault();
  else forget(true);
};
setInterval(() => state && showClock(at("clock"), state.clock, words), 1000);
poll();
