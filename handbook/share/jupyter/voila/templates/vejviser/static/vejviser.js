// Runs in the head, before the page is whole: a page that starts can be left, too.
// What every page needs beside its content: names for widget parts that have none, and a language
// switch that keeps the address's parameters.

(function () {
  "use strict";

  // --- The twin page in the other language keeps what stands in the address ----------------

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-vv-twin]");
    if (!link) return;
    const here = new URLSearchParams(location.search);
    here.delete("lang");
    here.delete("token");
    const there = new URL(link.href);
    for (const [name, value] of here) {
      if (!there.searchParams.has(name)) there.searchParams.append(name, value);
    }
    link.href = there.href;
  });

  // --- Names and roles that ipywidgets leaves out ------------------------------------------

  function labelOf(element) {
    const box = element.closest(".widget-inline-hbox, .widget-inline-vbox, .jupyter-widgets");
    const label = box?.querySelector(".widget-label:not([style*='display: none'])");
    return label?.textContent.trim() || box?.getAttribute("title") || "";
  }

  function valueOf() {
    return document.querySelector('meta[name="vv-value-of"]')?.content ?? "%s";
  }

  function name(element, text) {
    if (text && element.getAttribute("aria-label") !== text) {
      element.setAttribute("aria-label", text);
    }
  }

  function mend(root) {
    for (const handle of root.querySelectorAll(".noUi-handle")) {
      name(handle, labelOf(handle));
      const readout = handle.closest(".jupyter-widgets")?.querySelector(".widget-readout");
      const text = readout?.textContent.trim();
      if (text && handle.getAttribute("aria-valuetext") !== text) {
        handle.setAttribute("aria-valuetext", text);
      }
    }
    for (const readout of root.querySelectorAll(".widget-readout[contenteditable]")) {
      if (readout.getAttribute("role") !== "textbox") readout.setAttribute("role", "textbox");
      name(readout, valueOf().replace("%s", labelOf(readout)));
    }
    for (const group of root.querySelectorAll(".widget-radio, .widget-toggle-buttons")) {
      const role = group.matches(".widget-radio") ? "radiogroup" : "group";
      if (group.getAttribute("role") !== role) group.setAttribute("role", role);
      name(group, group.querySelector(".widget-label")?.textContent.trim() ?? "");
    }
    for (const button of root.querySelectorAll(".widget-toggle-button, .widget-toggle-buttons button")) {
      const pressed = String(button.classList.contains("mod-active"));
      if (button.getAttribute("aria-pressed") !== pressed) {
        button.setAttribute("aria-pressed", pressed);
      }
    }
    for (const bar of root.querySelectorAll(".widget-hprogress .progress")) {
      const own = bar.querySelector(".progress-bar");
      const share = Math.round(parseFloat(own?.style.width) || 0);
      const parts = { role: "progressbar", "aria-valuemin": "0", "aria-valuemax": "100" };
      for (const [key, value] of Object.entries({ ...parts, "aria-valuenow": String(share) })) {
        if (bar.getAttribute(key) !== value) bar.setAttribute(key, value);
      }
      name(bar, labelOf(bar));
    }
    for (const button of root.querySelectorAll("button:empty:not([aria-label])")) {
      name(button, button.title);
    }
  }

  let waiting = false;
  function mendSoon() {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      mend(document);
    });
  }

  new MutationObserver(mendSoon).observe(document.documentElement, {
    childList: true,
    subtree: true,
    characterData: true,
    attributes: true,
    attributeFilter: ["class", "style"],
  });
  mendSoon();

  // --- What a long chapter holds -----------------------------------------------------------

  function listContents() {
    const heads = [...document.querySelectorAll("main .jp-MarkdownOutput h2[id]")];
    const title = document.querySelector("main .jp-MarkdownOutput h1");
    const words = document.querySelector('meta[name="vv-contents"]')?.content;
    if (heads.length < 6 || !title || !words) return;
    const nav = document.createElement("nav");
    nav.className = "vv-contents";
    nav.setAttribute("aria-label", words);
    const fold = document.createElement("details");
    fold.open = matchMedia("(min-width: 1101px)").matches;
    const summary = document.createElement("summary");
    summary.textContent = words;
    const list = document.createElement("ul");
    for (const head of heads) {
      const link = document.createElement("a");
      link.href = `#${encodeURIComponent(head.id)}`;
      const named = [...head.childNodes].filter((part) => !part.matches?.(".anchor-link"));
      link.textContent = named.map((part) => part.textContent).join("");
      const line = document.createElement("li");
      line.append(link);
      list.append(line);
    }
    fold.append(summary, list);
    nav.append(fold);
    title.after(nav);
    // Beside a wide table there is no room for it.
    const box = nav.getBoundingClientRect();
    const tables = [...document.querySelectorAll("main table")].map((table) => table.getBoundingClientRect());
    if (tables.some(({ top, right }) => top < box.bottom && right > box.left)) fold.open = false;
  }

  new MutationObserver((_, observer) => {
    if (document.documentElement.dataset.ready !== "true") return;
    observer.disconnect();
    listContents();
  }).observe(document.documentElement, { attributes: true, attributeFilter: ["data-ready"] });

  // --- The help text closes like a menu ------------------------------------------------------

  document.addEventListener("keydown", (event) => {
    const help = document.querySelector(".vv-help");
    if (event.key === "Escape" && help?.open) {
      help.open = false;
      help.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    const help = document.querySelector(".vv-help");
    if (help?.open && !help.contains(event.target)) help.open = false;
  });
})();
