// Renders what site_gen/sidecar/ asks for: one JSON request a line in, one JSON reply a line out.
//
//   node worker.mjs DIRECTORY        DIRECTORY holds node_modules
//
//   in   {"kind": "math", "items": […], "careful": false, …}   what else there is, its kind knows
//   out  {"ready": "math"}                         once, when the libraries for that kind are loaded
//        {"html": …, "warnings": […]}              for each item, in order: what its kind replies
//        {"error": {"message", "hint", …}}
//        {"refused": message, "code": …}           for a whole request: unknown kind, library missing
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
const FLUSH_CHARACTERS = 32_768;
const FLUSH_MILLISECONDS = 50;
let unwritten = "";
let lastFlush = performance.now();

function reply(message, careful) {
  unwritten += JSON.stringify(message) + "\n";
  const isDue = unwritten.length > FLUSH_CHARACTERS || performance.now() - lastFlush > FLUSH_MILLISECONDS;
  if (careful || isDue) flush();
}

/** Writes to the descriptor and waits: `process.stdout` may hold back what a hang then loses. */
function flush() {
  let bytes = Buffer.from(unwritten);
  unwritten = "";
  while (bytes.length > 0) bytes = bytes.subarray(writeSync(1, bytes));
  lastFlush = performance.now();
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
