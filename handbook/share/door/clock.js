// The clock of the step: what is left of it, or how far it is over its time.

import { late } from "./ask.js";
import { fill } from "./elements.js";

export function left(clock) {
  const now = (Date.now() + late) / 1000;
  const running = clock.started === null ? 0 : Math.max(now - clock.started, 0);
  return Math.round(clock.minutes * 60 - clock.spent - running);
}

export function showClock(element, clock, words) {
  const none = !clock || clock.minutes === 0;
  const seconds = none ? 0 : left(clock);
  const whole = Math.abs(seconds);
  const time = `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  const kind = clock?.started === null ? "paused" : seconds < 0 ? "over" : "left";
  const said = none ? "" : fill(words[kind], { time });
  if (element.textContent !== said) element.textContent = said;
  element.classList.toggle("vd-over", !none && seconds < 0);
}
