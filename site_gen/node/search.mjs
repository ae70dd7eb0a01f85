// Makes the index that readers search, with Pagefind: one JSON document in, the files of the index out.
//
//   node search.mjs DIRECTORY        DIRECTORY holds node_modules
//
//   in   {"language": "en", "pages": [{"url", "html"}, …]}
//   out  for each file a line {"path": …, "bytes": N}, and N bytes behind it
//
// It is no kind of request of worker.mjs: Pagefind is a program that its package starts, which the Node that sets
// formulas may not do.

import { writeSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";

// Its package can be imported by what lies beside it and resolved by nothing else.
const library = join(process.argv[2], "node_modules", "pagefind", "lib", "index.js");
const { close, createIndex } = await import(pathToFileURL(library).href);

const { language, pages } = JSON.parse(await text(process.stdin));
const { index } = settled(await createIndex({ forceLanguage: language }));
// One after the other: names of files and the order of equal results follow the order in which pages come.
for (const { url, html } of pages) settled(await index.addHTMLFile({ url, content: html }));
for (const { path, content } of settled(await index.getFiles()).files) {
  write(Buffer.from(`${JSON.stringify({ path, bytes: content.length })}\n`));
  write(content);
}
await close();

/** What Pagefind replied, unless it names something that is wrong. */
function settled(reply) {
  if (reply.errors.length > 0) throw new Error(reply.errors.join("; "));
  return reply;
}

function write(bytes) {
  for (let rest = bytes; rest.length > 0; ) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      if (error.code !== "EAGAIN") throw error; // the pipe is full
    }
  }
}
