// The board for the projector.

import { ask } from "./ask.js";
import { showClock } from "./clock.js";
import { make } from "./elements.js";
import { drawShown } from "./shown.js";

const EVERY = 2000; // ms between two questions to the door
const ENDED = 30000; // ms, once the session has ended
const { code } = document.body.dataset;
const words = JSON.parse(document.body.dataset.words);
const at = (id) => document.getElementById(id);
let state = null;

function tell(sentence) {
  at("told").replaceChildren(...(sentence ? [make("p", "vv-notice vv-notice-look", sentence)] : []));
}

function group({ name, said, share }) {
  const box = make("div", "vd-group");
  box.append(make("h2", "", name), make("p", "", said));
  if (share !== null) {
    const bar = make("progress");
    bar.value = share;
    bar.setAttribute("aria-label", name);
    box.append(bar);
  }
  return box;
}

function show() {
  at("step").textContent = state.title;
  at("place").textContent = state.place;
  at("joined").textContent = state.joined;
  at("groups").replaceChildren(...state.groups.map(group));
  drawShown(at("shown"), state.shown);
  document.body.classList.toggle("vd-shows", state.shown.length > 0);
  showClock(at("clock"), state.clock, words);
}

async function poll() {
  const { status, answer, same } = await ask(`board/${code}/state`);
  const over = status === 404 || (status === 429 && document.body.classList.contains("vd-over"));
  document.body.classList.toggle("vd-over", over);
  tell(over ? words.ended : status === 200 ? "" : words.lost);
  if (status === 200 && !(same && state)) {
    state = answer;
    show();
  }
  // It may be opened again. Until then each question is a wrong code to the door, which bears five a minute.
  setTimeout(poll, over ? ENDED : EVERY);
}

setInterval(() => state && showClock(at("clock"), state.clock, words), 500);
poll();
