// The browser's side of widgets/form_print.py: what is printed, and printing nothing else.

function render({ model, el }) {
  const box = document.createElement("div");
  box.className = "vv-paper";
  // Python has escaped every word of it.
  const show = () => {
    box.innerHTML = model.get("sheet");
  };
  model.on("change:sheet", show);
  show();
  el.append(box);

  function print(message) {
    if (message.kind !== "print") return;
    const alone = box.cloneNode(true);
    // What comes with the message is printed in place of what stands on the page.
    if (message.sheet) alone.innerHTML = message.sheet;
    alone.classList.add("vv-paper-alone");
    document.body.append(alone);
    document.documentElement.dataset.vvPaper = "alone";
    const end = () => {
      alone.remove();
      delete document.documentElement.dataset.vvPaper;
    };
    window.addEventListener("afterprint", end, { once: true });
    window.print();
  }
  model.on("msg:custom", print);

  return () => {
    model.off("change:sheet", show);
    model.off("msg:custom", print);
  };
}

export default { render };
