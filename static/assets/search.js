// What readers type is looked for by Pagefind, which is loaded when they begin. The words stand in the page's address,
// so that what was found can be linked and comes back.

const AT_ONCE = 10;
const MOST_SECTIONS = 3;
const PAUSE_MS = 150;

const form = document.querySelector(".search form");
const field = form.elements.q;
const told = document.querySelector(".search .found");
const list = document.querySelector(".search .results");
const more = makeElement("button", { type: "button", className: "more", textContent: "show more" });

let loading = null;
let turn = 0; // what is found for words that are no longer asked for is not shown
let timer;

told.textContent = "";
told.classList.remove("unstarted");
field.value = new URLSearchParams(location.search).get("q") ?? field.value;
if (field.value.trim()) find();
else field.focus({ preventScroll: true });

field.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(find, PAUSE_MS);
  load().catch(() => {}); // told when it is needed
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(timer);
  find();
});
document.addEventListener("keydown", onKey);

async function find() {
  const words = field.value.trim();
  const mine = ++turn;
  keepInAddress(words);
  if (words === "") return show([], "");
  const started = performance.now();
  try {
    const pagefind = await load();
    // What is found in nothing but a date has been looked for by nobody.
    const results = (await pagefind.search(words)).results.filter(({ score }) => score > 0);
    const first = await Promise.all(results.slice(0, AT_ONCE).map((result) => result.data()));
    if (mine !== turn) return;
    if (hasLostSince(started)) throw new Error("a part of the index has not come");
    show(first, count(results.length, words));
    offerMore(results.slice(AT_ONCE));
  } catch (error) {
    console.error(error);
    if (mine === turn) show([], "The index cannot be loaded, so nothing can be found. Reload the page to try again.");
  }
}

/** Pagefind over the index of this site; a worker of its own would cost a reader as much again. */
function load() {
  loading ??= import(`${form.dataset.index}pagefind.js`).then(async ({ createInstance }) => {
    const pagefind = createInstance({
      baseUrl: form.dataset.home,
      excerptEllipsis: "…",
      noWorker: true,
      ranking: { metaWeights: { date: 0, day: 0 } },
    });
    await pagefind.init();
    return pagefind;
  });
  return loading;
}

/** Whether a part of the index could not be fetched since then, which Pagefind passes over. */
function hasLostSince(moment) {
  const parts = performance.getEntriesByType("resource").filter(({ startTime }) => startTime >= moment);
  const isLost = ({ responseStatus: status }) => status === 0 || status >= 400;
  return parts.some((part) => part.name.includes(`${form.dataset.index}index/`) && isLost(part));
}

function keepInAddress(words) {
  const address = new URL(location);
  if (words) address.searchParams.set("q", words);
  else address.searchParams.delete("q");
  if (address.href !== location.href) history.replaceState(history.state, "", address);
}

function count(number, words) {
  if (number === 0) return `nothing found for “${words}”`;
  return `${number} ${number === 1 ? "page" : "pages"} found for “${words}”`;
}

function show(found, message) {
  more.remove();
  list.replaceChildren(...found.map(makeEntry));
  told.textContent = message;
}

function offerMore(rest) {
  if (rest.length === 0) return;
  list.after(more);
  more.onclick = async () => {
    const mine = turn;
    const next = await Promise.all(rest.slice(0, AT_ONCE).map((result) => result.data()));
    if (mine !== turn) return;
    more.remove();
    const entries = next.map(makeEntry);
    list.append(...entries);
    entries[0].querySelector("a").focus();
    offerMore(rest.slice(AT_ONCE));
  };
}

function makeEntry({ url, meta, excerpt, sub_results: parts }) {
  const heading = makeElement("h2", {}, makeElement("a", { href: url, textContent: meta.title }));
  const entry = makeElement("li", {}, heading);
  if (meta.day) entry.append(makeElement("time", { dateTime: meta.date, textContent: meta.day }));
  entry.append(makeElement("p", {}, ...markWords(excerpt)));
  const links = chooseSections(parts).map((part) =>
    makeElement("li", {}, makeElement("a", { href: part.url, textContent: part.title })),
  );
  if (links.length > 0) entry.append(makeElement("ul", {}, ...links));
  return entry;
}

/** The sections in which most was found, in the order in which they stand. */
function chooseSections(parts) {
  const sections = parts.filter((part) => part.anchor);
  const ranked = sections.toSorted((one, other) => other.locations.length - one.locations.length);
  const chosen = new Set(ranked.slice(0, MOST_SECTIONS));
  return sections.filter((part) => chosen.has(part));
}

/** The nodes of an excerpt: text, with what was looked for marked; whatever else stands there is text, too. */
function markWords(excerpt) {
  const { body } = new DOMParser().parseFromString(excerpt, "text/html");
  return [...body.childNodes].map((node) =>
    node.nodeName === "MARK" ? makeElement("mark", { textContent: node.textContent }) : node.textContent,
  );
}

function makeElement(name, properties, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

/** Arrows lead from the field through what was found and back, Escape back at once; `/` leads into the field. */
function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const links = [...list.querySelectorAll("a")];
  const place = links.indexOf(document.activeElement);
  const isInField = document.activeElement === field;
  if (event.key === "ArrowDown" && (isInField || place >= 0)) focus(links[place + 1], event);
  else if (event.key === "ArrowUp" && place >= 0) focus(links[place - 1] ?? field, event);
  else if (event.key === "Escape" && place >= 0) focus(field, event);
  else if (event.key === "Escape" && isInField && field.value) clear(event);
  else if (event.key === "/" && !isInField) focus(field, event);
}

function focus(element, event) {
  if (!element) return;
  event.preventDefault();
  element.focus();
  if (element === field) field.select();
}

function clear(event) {
  event.preventDefault();
  clearTimeout(timer);
  field.value = "";
  find();
}
