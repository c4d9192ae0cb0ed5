// The page's side of widgets/client.py: address, browser storage, downloads and the heartbeat.

const PREFIX = "vejviser:";
const BEAT = 2000; // ms between pings
const SILENCE = 6000; // ms without an answer before the banner
const PRIVATE = ["token", "lang"]; // the server's own words in an address

function readQuery() {
  const query = {};
  for (const [name, value] of new URLSearchParams(location.search)) {
    if (!PRIVATE.includes(name)) query[name] = value;
  }
  return query;
}

function readStored() {
  const stored = {};
  try {
    for (let i = 0; i < localStorage.length; i++) {
      const key = localStorage.key(i);
      if (key.startsWith(PREFIX)) stored[key.slice(PREFIX.length)] = localStorage.getItem(key);
    }
  } catch {
    // A browser that forbids storage has none.
  }
  return stored;
}

function remember(values) {
  const address = new URL(location.href);
  for (const [name, value] of Object.entries(values)) {
    if (value === null) address.searchParams.delete(name);
    else address.searchParams.set(name, value);
  }
  history.replaceState(history.state, "", address);
}

function store(values) {
  try {
    for (const [name, value] of Object.entries(values)) {
      if (value === null) localStorage.removeItem(PREFIX + name);
      else localStorage.setItem(PREFIX + name, value);
    }
  } catch {
    // Nothing is lost: what must be kept is in the record store.
  }
}

function download(name, mime, bytes) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes], { type: mime }));
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

function kernelAddress() {
  const config = document.getElementById("jupyter-config-data");
  if (!config || !document.body.dataset.voila) return null; // JupyterLab shows its own state
  const { baseUrl, kernelId } = JSON.parse(config.textContent);
  return kernelId ? `${baseUrl}api/kernels/${kernelId}` : null;
}

// A kernel that computes cannot answer; one that is idle and silent has forgotten this page.
async function isBusy(address) {
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(2000), cache: "no-store" });
    return answer.ok && (await answer.json()).execution_state === "busy";
  } catch {
    return false;
  }
}

function banner(words) {
  const box = document.createElement("div");
  box.className = "vv-connection";
  box.setAttribute("role", "alert");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = words.reload;
  button.onclick = () => location.reload();
  const sentence = document.createElement("span");
  sentence.textContent = words.lost;
  box.append(sentence, button);
  return box;
}

function beat(model, address) {
  const root = document.documentElement;
  let answered = Date.now();
  let shown = null;
  let asking = false;

  function answer() {
    answered = Date.now();
    root.dataset.client = "alive";
    shown?.remove();
    shown = null;
  }

  async function tick() {
    const before = Date.now() - answered;
    try {
      model.send({ kind: "ping" });
    } catch {
      // A closed connection throws; the silence tells.
    }
    if (before < SILENCE || shown || asking) return;
    asking = true;
    const busy = navigator.onLine && (await isBusy(address));
    asking = false;
    if (busy || shown || Date.now() - answered < SILENCE) return;
    root.dataset.client = "lost";
    // A chapter has a client for its form and one for its experiment; it is said once.
    if (document.querySelector(".vv-connection")) return;
    shown = banner(model.get("words"));
    document.body.append(shown);
  }

  // A tab in the background is slowed by the browser; its silence starts when it is seen again.
  const seen = () => {
    if (!document.hidden) answered = Math.max(answered, Date.now() - SILENCE / 2);
  };
  document.addEventListener("visibilitychange", seen);
  const timer = setInterval(() => {
    if (!document.hidden) tick();
  }, BEAT);
  tick();
  return {
    answer,
    stop() {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", seen);
      shown?.remove();
    },
  };
}

// Tells once that the reader is within a screen of the widgets around *el*; it is idle until then.
function watch(model, el) {
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      model.set("near", true);
      model.save_changes();
    },
    { rootMargin: "100% 0px" },
  );
  // The widgets are put on the page after they are drawn.
  requestAnimationFrame(() => observer.observe(el.closest(".vv-app") ?? document.body));
  return () => observer.disconnect();
}

function render({ model, el }) {
  el.hidden = true;
  const address = kernelAddress();
  const heart = address ? beat(model, address) : null;
  const unwatch = watch(model, el);

  const listen = (message, buffers) => {
    if (message.kind === "pong") heart?.answer();
    if (message.kind === "remember") remember(message.values);
    if (message.kind === "store") store(message.values);
    if (message.kind === "download") download(message.name, message.mime, buffers[0]);
  };
  model.on("msg:custom", listen);

  model.set("query", readQuery());
  model.set("stored", readStored());
  model.set("arrived", true);
  model.save_changes();

  return () => {
    model.off("msg:custom", listen);
    heart?.stop();
    unwatch();
  };
}

export default { render };
