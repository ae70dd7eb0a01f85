// Elements, and the text they become.

/** Attributes of Plot's that no one hears, since a drawing is one picture to whoever cannot see it. */
const UNHEARD = ["aria-label", "aria-description", "aria-hidden"];
const LONG_NUMBER = /-?\d+\.\d{3,}(?:e[-+]?\d+)?|-?\d+(?:\.\d+)?e-\d+/g;
const NUMERIC = ["d", "transform", "x", "y", "x1", "x2", "y1", "y2", "width", "height"];

/** An element of SVG, or of HTML where its name is; children may be texts. */
export function makeElement({ document }, name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  for (const child of children) {
    element.appendChild(typeof child === "string" ? document.createTextNode(child) : child);
  }
  return element;
}

/** Takes what Plot drew out of the frame it put around: that has a style of its own. */
export function takeBody(svg) {
  const body = [...svg.children].filter((child) => child.tagName !== "style");
  for (const element of body.flatMap((child) => [child, ...child.querySelectorAll("*")])) {
    for (const name of UNHEARD) element.removeAttribute(name);
  }
  return body;
}

/** The element as text, its numbers with two decimals at most. */
export function toMarkup(element) {
  for (const each of [element, ...element.querySelectorAll("*")]) {
    for (const name of NUMERIC) {
      const value = each.getAttribute(name);
      if (value !== null) each.setAttribute(name, value.replace(LONG_NUMBER, shorten));
    }
  }
  return element.outerHTML;
}

function shorten(number) {
  return String(Math.round(100 * Number(number)) / 100 + 0);
}
