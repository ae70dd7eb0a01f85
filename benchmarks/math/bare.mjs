// Formulas through KaTeX in a plain loop, for comparison: no process between, no errors, no limits.
//
//   node bare.mjs DIRECTORY < formulas.json        DIRECTORY holds node_modules
//
//   in   [{"tex", "display"}, …]
//   out  {"seconds": …, "bytes": …}                of the loop alone, after one formula to warm up
//
// The bytes of each text are counted, since V8 joins the pieces of a text only when it is read: until then KaTeX has
// given a tree of them and no HTML that could be put anywhere.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const katex = createRequire(join(process.argv[2], "package.json"))("katex");
const formulas = JSON.parse(readFileSync(0, "utf-8"));

function render({ tex, display }) {
  return katex.renderToString(tex, {
    displayMode: display,
    output: "htmlAndMathml",
    throwOnError: true,
    trust: false,
    strict: () => "ignore",
    macros: {},
    maxExpand: 1000,
    maxSize: 1000,
  });
}

render({ tex: "x", display: false });
const started = performance.now();
let bytes = 0;
for (const formula of formulas) bytes += Buffer.byteLength(render(formula));
const seconds = (performance.now() - started) / 1000;
console.log(JSON.stringify({ seconds, bytes }));
