// Marks at the title of a page that will not be published as things are, and at every link to one.

const STYLE = `
  :host { all: initial; margin-inline-start: .5em; vertical-align: middle; }
  span {
    font: 600 12px/1.5 system-ui, sans-serif; color: #3d2a00; background: #ffd479; border-radius: 4px; padding: 1px 6px;
    white-space: nowrap;
  }
`;

// The policy of pages allows no styles that stand in them.
const SHEET = new CSSStyleSheet();
SHEET.replaceSync(STYLE);

/** Marks what is early; `early` has the reason by path of the page, e.g. { "/articles/a/": "a draft" }. */
export function placeMarks(early) {
  clearMarks();
  const here = early[location.pathname];
  if (here) document.querySelector("h1")?.append(makeMark(here));
  for (const link of document.querySelectorAll("a[href]")) {
    const reason = link.origin === location.origin && link.pathname !== location.pathname && early[link.pathname];
    if (reason) link.after(makeMark(reason));
  }
}

export function clearMarks() {
  for (const mark of document.querySelectorAll("site-gen-mark")) mark.remove();
}

function makeMark(reason) {
  const mark = document.createElement("site-gen-mark");
  const root = mark.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [SHEET];
  root.append(document.createElement("span"));
  root.firstChild.textContent = reason;
  return mark;
}
