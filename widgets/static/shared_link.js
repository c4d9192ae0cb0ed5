// The browser's side of SharedLink: the whole address of this page with a state, copied with one click.

function render({ model, el }) {
  const words = model.get("words");
  const box = document.createElement("div");
  box.className = "vv-shared-link";
  const label = document.createElement("label");
  label.textContent = words.link;
  const field = document.createElement("input");
  field.type = "text";
  field.readOnly = true;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "vv-button";
  button.textContent = words.copy;
  const said = document.createElement("span");
  said.className = "vv-saved";
  said.setAttribute("role", "status");

  function show() {
    const address = new URL(location.pathname, location.origin);
    address.search = model.get("state");
    const language = new URLSearchParams(location.search).get("lang");
    if (language) address.searchParams.set("lang", language);
    if (field.value !== address.href) said.textContent = "";
    field.value = address.href;
  }
  button.onclick = async () => {
    try {
      await navigator.clipboard.writeText(field.value);
      said.textContent = words.copied;
    } catch {
      // Without the right to the clipboard, such as on a page without TLS, a person does it.
      field.focus();
      field.select();
      said.textContent = words.failed;
    }
  };
  model.on("change:state", show);
  show();
  label.append(field);
  box.append(label, button, said);
  el.append(box);
  return () => model.off("change:state", show);
}

export default { render };
