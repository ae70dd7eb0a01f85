// Patches the page that is shown into another one, and touches nothing that is the same in both.
//
// What a script has made of an element (the sliders of a calculator, the buttons of a table) is in no document that was
// sent. So a document is compared with the one that was sent before, where that is known, and not with what is shown.

import { Idiomorph } from "./idiomorph.mjs";

const sent = new WeakMap(); // a node that is shown → the one that it was in the document that was sent

/** Notes that what is shown is this document, whatever scripts have made of it. The document is used up. */
export function remember(document_) {
  pair(document.documentElement, document_.documentElement);
}

function pair(node, other) {
  const before = sent.get(node);
  // What was sent once more stays paired as it is, with all that is in it.
  if (before?.isEqualNode(other)) return other.replaceWith(before);
  sent.set(node, other);
  const [nodes, others] = [childrenOf(node), [...other.childNodes]];
  nodes.forEach((child, place) => {
    const isPair = nodes.length === others.length && child.nodeName === others[place].nodeName;
    if (isPair) pair(child, others[place]);
    else forget(child);
  });
}

function forget(node) {
  sent.delete(node);
  node.childNodes.forEach(forget);
}

/** Makes the page another one; resolves to the first element that has changed, if any is shown. */
export async function patch(next) {
  await loadStyles(next);
  const touched = new Set();
  const note = (node) => node.nodeType === Node.ELEMENT_NODE && document.body.contains(node) && touched.add(node);
  Idiomorph.morph(...narrow(document.documentElement, next.documentElement), {
    callbacks: {
      beforeNodeRemoved: (node) => !isOurs(node),
      beforeNodeMorphed: (node, other) => {
        if (isSame(node, other)) return false;
        note(node);
        return true;
      },
      afterNodeAdded: note,
      // What a reader has opened stays open.
      beforeAttributeUpdated: (name, node) => !(name === "open" && node.localName === "details"),
    },
  });
  remember(next);
  tellInputs();
  return firstOf(touched);
}

/** The innermost pair of elements that all differences lie in: to compare is quicker than to morph. */
function narrow(node, other) {
  const [nodes, others] = [childrenOf(node), [...other.childNodes]];
  if (nodes.length !== others.length || !node.cloneNode().isEqualNode(other.cloneNode())) return [node, other];
  const different = nodes.map((_, place) => place).filter((place) => !isSame(nodes[place], others[place]));
  const [place] = different;
  const isElement = different.length === 1 && nodes[place].nodeType === Node.ELEMENT_NODE;
  if (!isElement || nodes[place].localName !== others[place].localName) return [node, other];
  return narrow(nodes[place], others[place]);
}

/** Whether a node is what it has to be, or was before scripts and readers had to do with it. */
function isSame(node, other) {
  return (sent.get(node) ?? node).isEqualNode(other);
}

function childrenOf(node) {
  return [...node.childNodes].filter((child) => !isOurs(child));
}

/** Whether the server's own scripts have added a node. */
function isOurs(node) {
  return node.localName?.startsWith("site-gen-") ?? false;
}

/** Loads new stylesheets while the old ones still hold, so that the page is never without; each where it belongs. */
async function loadStyles(next) {
  const find = (root) => [...root.querySelectorAll("link[rel=stylesheet]")];
  const known = new Map(find(document).map((link) => [link.outerHTML, link]));
  let after = null;
  const loading = [];
  for (const link of find(next).reverse()) {
    let shown = known.get(link.outerHTML);
    if (!shown) {
      shown = document.importNode(link);
      loading.push(new Promise((resolve) => (shown.onload = shown.onerror = resolve)));
      if (after) after.before(shown);
      else document.head.append(shown);
    }
    after = shown;
  }
  await Promise.all(loading);
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
