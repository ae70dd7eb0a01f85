// Keeps an open page as its sources are: patched in place, led on where it went, mistakes laid over it.
//
// The tag that loads this tells whose page it is: data-page (digest of what is shown), data-path, data-token,
// data-home, data-features (of "jump" and "editor", those that are on). Nothing of this is ever written into a site.

import { clearMarks, placeMarks } from "./marks.mjs";
import { showProblems } from "./overlay.mjs";
import { patch, remember } from "./patch.mjs";

const RETRY_MS = 1000;
const TAG = "script[data-token]";

const tag = document.querySelector(TAG);
const { token, home, path: servedPath } = tag.dataset;
const features = new Set(tag.dataset.features.split(" "));
const isMissing = servedPath === "404.html";
let shown = takeDigest(tag);
let isLeaving = false;
let early = {};
let latest = Promise.resolve();

connect();
if (!isMissing) enqueue(learn);

function connect() {
  const query = new URLSearchParams({ token, path: outputPath(location.pathname) });
  const source = new EventSource(`${home}_site_gen/events?${query}`);
  source.onmessage = ({ data }) => enqueue(() => hear(JSON.parse(data)));
  // A server that has begun anew has another token, and does not know this page any more.
  source.onerror = () => source.readyState === EventSource.CLOSED && location.reload();
}

/** The file that a path of this site is: "/a/" is "a/index.html". Empty for a path that is none of this site. */
function outputPath(pathname) {
  let path;
  try {
    path = decodeURIComponent(pathname);
  } catch {
    return "";
  }
  if (!path.startsWith(home)) return "";
  path = path.slice(home.length);
  return path === "" || path.endsWith("/") ? path + "index.html" : path;
}

/** Does one thing after the other; where one fails, since nobody answers say, the page is fetched a moment later. */
function enqueue(task) {
  latest = latest.then(task).catch(() => setTimeout(() => enqueue(() => update()), RETRY_MS));
}

async function hear({ page, html, moved, problems, early: told }) {
  if (isLeaving) return;
  if (problems) showProblems(problems, features.has("editor") ? openPlace : null);
  if (told) placeMarks((early = told));
  if (moved) {
    isLeaving = true;
    location.replace(moved + location.hash);
  } else if (page === "" && !isMissing) location.reload();
  else if (page && page !== shown) await update(html);
}

/** Has a mistake opened in the writer's editor; resolves to why that could not be done, if so. */
async function openPlace(place) {
  const query = new URLSearchParams({ token });
  const response = await fetch(`${home}_site_gen/open?${query}`, { method: "POST", body: JSON.stringify(place) });
  return response.ok ? "" : response.text();
}

/** Learns what was sent before scripts changed it, unless that is something else by now. */
async function learn() {
  const { next, digest } = await fetchPage();
  if (digest === shown) remember(next);
}

/** Shows this page as it is now, which is fetched where it is not given. */
async function update(html) {
  const { next, digest } = html === undefined ? await fetchPage() : readPage(html);
  if (digest === undefined || isMissing || !hasSameScripts(next)) return location.reload();
  shown = digest;
  clearMarks();
  const changed = await patch(next);
  placeMarks(early);
  if (changed && features.has("jump")) jumpTo(changed);
}

async function fetchPage() {
  const response = await fetch(location.href, { cache: "no-store" });
  if (response.status >= 500) throw new Error("the page is being made");
  return readPage(await response.text());
}

/** A page, and its digest, undefined where it is none of this server's. */
function readPage(html) {
  const next = new DOMParser().parseFromString(html, "text/html");
  const served = next.querySelector(TAG);
  return { next, digest: served ? takeDigest(served) : undefined };
}

/** The digest of a page, which is gone from its tag then: it is no difference between pages. */
function takeDigest(script) {
  const digest = script.dataset.page;
  script.removeAttribute("data-page");
  return digest;
}

/** A script that comes by patching does not run, and one that has run cannot be taken back; so with what they copy. */
function hasSameScripts(next) {
  const list = (root) =>
    [...root.querySelectorAll("script[src], template")].map((node) => node.getAttribute("src") ?? node.innerHTML).join();
  return list(document) === list(next);
}

function jumpTo(node) {
  const { top, bottom } = node.getBoundingClientRect();
  if (bottom < 0 || top > innerHeight) node.scrollIntoView({ block: "center" });
}
