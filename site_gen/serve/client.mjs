// Keeps an open page as its sources are: patched in place, led on where it went, mistakes laid over it.
//
// The tag that loads this tells whose page it is: data-page (digest of what is shown), data-path, data-token,
// data-home, data-features (of "jump" and "editor", those that are on). Nothing of this is ever written into a site.

import { Idiomorph } from "./idiomorph.mjs";
import { clearMarks, placeMarks } from "./marks.mjs";
import { showProblems } from "./overlay.mjs";

const tag = document.querySelector("script[data-token]");
const { token, home, path: servedPath } = tag.dataset;
const features = new Set(tag.dataset.features.split(" "));
const isMissing = servedPath === "404.html";
let shown = tag.dataset.page;
let latest = Promise.resolve();
let early = {};

connect();

function connect() {
  const query = new URLSearchParams({ token, path: outputPath(location.pathname) });
  const source = new EventSource(`${home}_site_gen/events?${query}`);
  source.onmessage = ({ data }) => (latest = latest.then(() => hear(JSON.parse(data))));
  // A server that has begun anew has another token, and does not know this page any more.
  source.onerror = () => source.readyState === EventSource.CLOSED && location.reload();
}

/** The file that a path of this site is: "/a/" is "a/index.html". */
function outputPath(pathname) {
  const path = decodeURIComponent(pathname).slice(home.length);
  return path === "" || path.endsWith("/") ? path + "index.html" : path;
}

async function hear({ page, moved, problems, early: told }) {
  if (problems) showProblems(problems, features.has("editor") ? openPlace : null);
  if (told) placeMarks((early = told));
  if (moved) location.replace(moved + location.hash);
  else if (page === "" && !isMissing) location.reload();
  else if (page && page !== shown) await update();
}

/** Has a mistake opened in the writer's editor; resolves to why that could not be done, if so. */
async function openPlace(place) {
  const query = new URLSearchParams({ token });
  const response = await fetch(`${home}_site_gen/open?${query}`, { method: "POST", body: JSON.stringify(place) });
  return response.ok ? "" : response.text();
}

async function update() {
  const response = await fetch(location.href, { cache: "no-store" });
  const next = new DOMParser().parseFromString(await response.text(), "text/html");
  const served = next.querySelector("script[data-token]");
  if (!served || isMissing || !haveSameScripts(next)) return location.reload();
  shown = served.dataset.page;
  await loadStyles(next);
  morph(next);
}

/** A script that comes by patching does not run, and one that has run cannot be taken back. */
function haveSameScripts(next) {
  const list = (root) => [...root.querySelectorAll("script[src]")].map((script) => script.getAttribute("src")).join();
  return list(document) === list(next);
}

/** Loads new stylesheets while the old ones still hold, so that the page is never without. */
async function loadStyles(next) {
  const select = "link[rel=stylesheet]";
  const known = new Set([...document.querySelectorAll(select)].map((link) => link.outerHTML));
  const fresh = [...next.querySelectorAll(select)].filter((link) => !known.has(link.outerHTML));
  await Promise.all(
    fresh.map((link) => {
      const added = document.importNode(link);
      const done = new Promise((resolve) => (added.onload = added.onerror = resolve));
      document.head.append(added);
      return done;
    }),
  );
}

function morph(next) {
  clearMarks();
  tag.dataset.page = shown; // as it is in the other document
  const touched = new Set();
  const note = (node) => node.nodeType === Node.ELEMENT_NODE && document.body.contains(node) && touched.add(node);
  const [node, other] = narrow(document.documentElement, next.documentElement);
  Idiomorph.morph(node, other, {
    callbacks: {
      beforeNodeRemoved: (node) => !(node.localName?.startsWith("site-gen-") || node === tag),
      beforeNodeMorphed: (node, other) => {
        if (node === tag || isKept(node, other) || node.isEqualNode(other)) return false;
        note(node);
        return true;
      },
      afterNodeAdded: note,
      // What a reader has opened stays open.
      beforeAttributeUpdated: (name, node) => !(name === "open" && node.localName === "details"),
    },
  });
  placeMarks(early);
  tellInputs();
  jumpTo(firstOf(touched));
}

/** The innermost pair of elements that all differences lie in: to compare is quicker than to morph. */
function narrow(node, other) {
  const nodes = [...node.childNodes].filter((child) => !child.localName?.startsWith("site-gen-"));
  const others = [...other.childNodes];
  if (nodes.length !== others.length || !node.cloneNode().isEqualNode(other.cloneNode())) return [node, other];
  const different = nodes.map((_, place) => place).filter((place) => !nodes[place].isEqualNode(others[place]));
  const [place] = different;
  if (different.length !== 1 || nodes[place].localName !== others[place].localName || !nodes[place].localName)
    return [node, other];
  return narrow(nodes[place], others[place]);
}

/** Whether a field keeps what was entered: what it begins with has not changed. */
function isKept(node, other) {
  if (node.localName !== "input" && node.localName !== "select") return false;
  return node.cloneNode(true).isEqualNode(other);
}

/** What follows from entered values was patched back to what follows from those at the beginning. */
function tellInputs() {
  for (const input of document.querySelectorAll("input")) {
    if (input.value !== input.defaultValue) input.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

/** The first of the innermost elements that have changed. */
function firstOf(touched) {
  const innermost = [...touched].filter((node) => ![...touched].some((other) => other !== node && node.contains(other)));
  return innermost.sort((a, b) => (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1))[0];
}

function jumpTo(node) {
  if (!node || !features.has("jump")) return;
  const { top, bottom } = node.getBoundingClientRect();
  if (bottom < 0 || top > innerHeight) node.scrollIntoView({ block: "center" });
}
