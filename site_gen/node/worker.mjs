// Renders what site_gen/sidecar/ asks for: one JSON request a line in, one JSON reply a line out.
//
//   node worker.mjs DIRECTORY        DIRECTORY holds node_modules
//
//   in   {"kind": "math", "items": […], "careful": false, …}   what else there is, its kind knows
//   out  {"ready": "math"}                         once, when the libraries for that kind are loaded
//        {"warnings": […]}                         for each item, in order: what its kind replies
//        {"error": {"message", "hint", …}}
//        {"refused": message, "code": …}           for a whole request: unknown kind, library missing
//
// A reply that begins with {"bytes": N has N bytes of UTF-8 behind its line, the item's HTML as it is: to write it
// into JSON and out again would take a fifth of the time that KaTeX takes to make it.
//
// Replies are written in batches, those of a request before the next one starts, or one by one where
// `careful`: after a hang or a crash the first request without all its replies is the culprit, and its first
// item without one if it was careful. The worker ends when its input does, so it never outlives its parent.

import "./console.mjs";

import { writeSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import { loadMath } from "./math.mjs";
import { loadPlot } from "./plot.mjs";

const requireFromSite = createRequire(join(process.argv[2], "package.json"));

/** What can be asked for: each kind loads its libraries and gives what makes a renderer for one request. */
const loaders = { math: loadMath, plot: loadPlot };
const renderers = new Map();

// One write a reply would cost a fifth of the time, in waking the reader.
const FLUSH_BYTES = 65_536;
const FLUSH_MILLISECONDS = 50;
const BYTES_OF_SIZE = 24; // of `"bytes":…,`, and the line break
const unwritten = Buffer.allocUnsafe(4 * FLUSH_BYTES);
let filled = 0;
let lastFlush = performance.now();

function reply({ html = "", ...message }, careful) {
  const rest = JSON.stringify(message);
  const most = 3 * (html.length + rest.length) + BYTES_OF_SIZE;
  if (filled + most > unwritten.length) flush();
  if (most > unwritten.length) write(Buffer.from(head(Buffer.byteLength(html), rest) + html));
  else put(html, rest);
  const isDue = filled > FLUSH_BYTES || performance.now() - lastFlush > FLUSH_MILLISECONDS;
  if (careful || isDue) flush();
}

/** Encodes each text once: the line is put before the HTML when that has shown how long it is. */
function put(html, rest) {
  if (html === "") {
    filled += unwritten.write(rest + "\n", filled);
    return;
  }
  const start = filled + Buffer.byteLength(rest) + BYTES_OF_SIZE;
  const size = unwritten.write(html, start);
  const line = head(size, rest);
  const used = unwritten.write(line.slice(0, -1), filled);
  unwritten.fill(" ", filled + used, start - 1);
  unwritten.write("\n", start - 1);
  filled = start + size;
}

/** The line before so many bytes of HTML. */
function head(size, rest) {
  if (size === 0) return rest + "\n";
  return `{"bytes":${size}${rest === "{}" ? "" : ","}${rest.slice(1)}\n`;
}

function flush() {
  write(unwritten.subarray(0, filled));
  filled = 0;
  lastFlush = performance.now();
}

/** Writes to the descriptor and waits: `process.stdout` may hold back what a hang then loses. */
function write(bytes) {
  while (bytes.length > 0) bytes = bytes.subarray(writeSync(1, bytes));
}

function answer(request) {
  const load = Object.hasOwn(loaders, request.kind) ? loaders[request.kind] : null;
  if (load === null) {
    reply({ refused: `unknown kind of request: ${request.kind}`, code: "UNKNOWN_KIND" }, true);
    return;
  }
  if (!renderers.has(request.kind)) {
    try {
      renderers.set(request.kind, load(requireFromSite));
    } catch (error) {
      reply({ refused: error.message.split("\n")[0], code: error.code ?? error.name }, true);
      return;
    }
    reply({ ready: request.kind }, true);
  }
  const render = renderers.get(request.kind)(request);
  for (const item of request.items) reply(render(item), request.careful);
  flush();
}

process.stdin.setEncoding("utf8");
let pending = "";
for await (const chunk of process.stdin) {
  const lines = (pending + chunk).split("\n");
  pending = lines.pop();
  for (const line of lines) answer(JSON.parse(line));
}
