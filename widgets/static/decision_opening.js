// The page's side of widgets/decision_opening.py: goes to a page of ours when it is told to.

function render({ model, el }) {
  el.hidden = true;
  const go = () => {
    const address = model.get("address");
    // Elsewhere, as in JupyterLab, there is no such page beside this one.
    if (address && document.body.dataset.voila) location.assign(address);
  };
  model.on("change:address", go);
  return () => model.off("change:address", go);
}

export default { render };
