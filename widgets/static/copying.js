// The browser's side of widgets/record_keeping.py: a text that is copied with one click.

function render({ model, el }) {
  const box = document.createElement("div");
  box.className = "vv-copying";
  const words = model.get("words");
  const text = document.createElement("textarea");
  text.readOnly = true;
  text.rows = 10;
  text.setAttribute("aria-label", words.label);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "vv-button";
  button.textContent = words.copy;
  const said = document.createElement("span");
  said.className = "vv-saved";
  said.setAttribute("role", "status");

  // Python gives what is copied, after it has heard what was typed a moment before.
  let copied = null;
  button.onclick = () => model.send({ kind: "copy" });
  async function copy(message) {
    if (message.kind !== "copy") return;
    copied = text.value = message.text;
    try {
      await navigator.clipboard.writeText(copied);
      said.textContent = words.copied;
    } catch {
      // Without the right to the clipboard, such as on a page without TLS, a person does it.
      text.focus();
      text.select();
      said.textContent = words.failed;
    }
  }
  const show = () => {
    text.value = model.get("text");
    if (text.value !== copied) said.textContent = "";
  };
  model.on("change:text", show);
  model.on("msg:custom", copy);
  show();
  box.append(text, button, said);
  el.append(box);
  return () => {
    model.off("change:text", show);
    model.off("msg:custom", copy);
  };
}

export default { render };
