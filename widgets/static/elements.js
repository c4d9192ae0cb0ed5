// What the scripts of our widgets and of the door draw with.
// Words from anybody reach the page as text and never as markup.

export function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

export function fill(words, slots) {
  return words.replace(/\{(\w+)\}/g, (whole, name) => slots[name] ?? whole);
}
