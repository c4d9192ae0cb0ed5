// The clock of a session. It counts in the browser; the kernel is heard only when something changes.

const EACH = 500; // ms; a whole second is never skipped

function minutesAndSeconds(seconds) {
  const whole = Math.floor(Math.abs(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

function filled(words, slots) {
  return words.replace(/\{(\w+)\}/g, (_, name) => slots[name]);
}

function part(parent, name, tag = "div") {
  const element = document.createElement(tag);
  element.className = name;
  parent.append(element);
  return element;
}

function say(element, words) {
  // A screen reader and the page's observers hear of a change only where there is one.
  if (element.textContent !== words) element.textContent = words;
}

function render({ model, el }) {
  el.classList.add("vv-clock");
  const words = model.get("words");
  const left = part(el, "vv-clock-left");
  left.setAttribute("role", "timer");
  const said = part(el, "vv-clock-said");
  const bar = part(part(el, "vv-clock-bar"), "vv-clock-gone");
  bar.parentElement.setAttribute("aria-hidden", "true");
  const day = part(el, "vv-clock-day");
  const hour = new Intl.DateTimeFormat(words.locale, { hour: "numeric", minute: "2-digit" });
  // The browser's own clock may be wrong; the machine that runs the session has the last word.
  let ahead = 0;

  function draw() {
    const now = Date.now() + ahead;
    const started = model.get("started");
    const planned = model.get("planned");
    const gone = model.get("spent") + (started === null ? 0 : Math.max(0, (now - started) / 1000));
    const rest = planned - gone;
    const over = rest < 0;
    // Rounded up, so that 20 minutes begin as 20:00 and end as 0:00.
    say(left, over ? `+${minutesAndSeconds(rest)}` : minutesAndSeconds(Math.ceil(rest)));
    const slots = { gone: minutesAndSeconds(gone), planned: Math.round(planned / 60) };
    const kind = over ? "over" : started === null ? "paused" : "running";
    say(said, filled(words[kind], slots));
    el.classList.toggle("vv-clock-over", over);
    el.classList.toggle("vv-clock-paused", started === null);
    bar.style.width = `${Math.min(100, planned ? (100 * gone) / planned : 100)}%`;
    const toCome = Math.max(0, rest) + model.get("after");
    const numbers = {
      gone: Math.round((model.get("before") + gone) / 60),
      left: Math.ceil(toCome / 60),
      end: hour.format(new Date(now + 1000 * toCome)),
    };
    say(day, filled(words.day, numbers));
  }

  const hear = (message) => {
    if (message.kind !== "now") return;
    ahead = message.now - Date.now();
    draw();
  };
  model.on("msg:custom", hear);
  model.on("change", draw);
  model.send({ kind: "now" });
  const timer = setInterval(() => {
    if (!document.hidden) draw(); // Also while it stands still: the hour it ends moves on.
  }, EACH);
  document.addEventListener("visibilitychange", draw);
  draw();
  return () => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", draw);
    model.off("msg:custom", hear);
    model.off("change", draw);
  };
}

export default { render };
