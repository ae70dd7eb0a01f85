// Mistakes, laid over the last page that was right, in the words of the terminal.

const STYLE = `
  :host { all: initial; position: fixed; inset: auto 0 0; z-index: 2147483647; }
  section {
    max-height: 60vh; overflow: auto; box-sizing: border-box; padding: 1rem 1.25rem;
    background: #1d1f24; color: #e8e6e1; border-top: 4px solid #ff6b5e; font: 14px/1.5 system-ui, sans-serif;
  }
  header { display: flex; gap: 1rem; align-items: baseline; }
  h2 { font-size: 1rem; margin: 0; flex: 1; color: #ff8f84; }
  button { font: inherit; color: inherit; background: none; border: 1px solid #666; border-radius: 4px; cursor: pointer; }
  button:focus-visible { outline: 2px solid #8ab4ff; }
  ol { list-style: none; margin: 0; padding: 0; }
  a { color: #8ab4ff; }
  pre {
    margin: .75rem 0 0; padding: .75rem; background: #121317; border-radius: 6px; overflow-x: auto;
    font: 13px/1.45 ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; tab-size: 1;
    white-space: pre-wrap; overflow-wrap: anywhere;
  }
  code { font: inherit; white-space: pre; color: #fff; }
`;

// The policy of pages allows no styles that stand in them.
const SHEET = new CSSStyleSheet();
SHEET.replaceSync(STYLE);

const LINE = /^ *\d* \| /;

let overlay = null;

/** Shows the errors of a site, or takes them away when there are none; `open` opens a place, null for nothing. */
export function showProblems(problems, open) {
  const errors = problems.filter((problem) => problem.is_error);
  overlay?.remove();
  overlay = errors.length > 0 ? makeOverlay(errors, open) : null;
  if (overlay) document.documentElement.append(overlay);
}

function makeOverlay(errors, open) {
  const host = document.createElement("site-gen-overlay");
  const root = host.attachShadow({ mode: "open" });
  const count = errors.length === 1 ? "1 error" : `${errors.length} errors`;
  root.adoptedStyleSheets = [SHEET];
  root.innerHTML = `<section role="alert" aria-label="mistakes in the site">
      <header><h2>${count}: this is the last page without</h2><button type="button">Hide</button></header>
      <ol></ol>
    </section>`;
  root.querySelector("ol").append(...errors.map((error) => makeItem(error, open)));
  root.querySelector("button").onclick = () => host.remove();
  return host;
}

function makeItem({ text, place }, open) {
  const item = document.createElement("li");
  const shown = document.createElement("pre");
  // Every message begins with its place.
  const end = text.indexOf(": ");
  shown.append(open ? makeLink(text.slice(0, end), place, open) : text.slice(0, end));
  // Words may be broken; a line of source stands above its caret.
  for (const part of text.slice(end).split(/^( *\d* \| .*)$/m)) shown.append(LINE.test(part) ? makeLine(part) : part);
  item.append(shown);
  return item;
}

function makeLine(text) {
  const line = document.createElement("code");
  line.textContent = text;
  return line;
}

function makeLink(text, place, open) {
  const link = document.createElement("a");
  link.href = "#";
  link.title = "open in the editor";
  link.textContent = text;
  link.onclick = async (event) => {
    event.preventDefault();
    const reason = await open(place);
    if (reason) link.closest("pre").append(`\n${reason.trim()}`);
  };
  return link;
}
