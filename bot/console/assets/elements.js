// Builds elements. Text only ever becomes a text node, so a hostile store name is a store name and nothing else.

const SVG = "http://www.w3.org/2000/svg";

/** Make an element: attributes by name (true = bare, false/null = absent), then children (text or nodes). */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : String(value));
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

/** Split a sentence at its `commands`: each becomes a code element, everything else stays text. */
export function sentence(text) {
  return text.split(/`([^`\n]+)`/).map((part, index) => (index % 2 ? element("code", {}, part) : part));
}

/** Make a decorative icon from the sheet of icons. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `/console/assets/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

/** Fill the %(name)s placeholders of a sentence. */
export function filled(sentence, values) {
  return sentence.replace(/%\((\w+)\)s/g, (whole, name) => (name in values ? values[name] : whole));
}
