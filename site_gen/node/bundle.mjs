// Bundles scripts with esbuild: one JSON request on standard input, one JSON reply on standard output.
//
//   node bundle.mjs DIRECTORY        DIRECTORY holds node_modules
//
//   in   {"scripts": {NAME: text, …}}      names are paths, `a.js` or `lib/b.mjs`
//   out  {"bundles": {NAME: text, …}, "parts": {NAME: [NAME, …], …}, "mistakes": [{"name", "line", …}, …]}
//        {"refused": message}              where esbuild is not there
//
// Bundles are of the scripts that no other one imports, and their parts are what they import; there are none where
// a mistake has `"severity": "error"`.
//
// esbuild is a program of its own, which the process of worker.mjs may not start.

import { createRequire } from "node:module";
import { join, posix } from "node:path";
import { text } from "node:stream/consumers";

const WITH_URL = /^(?:[a-z][a-z0-9+.-]*:|\/)/i;
const BESIDE = /^\.{1,2}\//;
const NAMESPACE = "scripts";
const SHORT = { minify: true, charset: "utf8", target: "esnext", legalComments: "inline", logLevel: "silent" };

async function answer(scripts) {
  let esbuild;
  try {
    esbuild = createRequire(join(process.argv[2], "package.json"))("esbuild");
  } catch (error) {
    return { refused: error.message.split("\n")[0] };
  }
  try {
    return await bundle(esbuild, scripts);
  } catch (error) {
    if (!error.errors) throw error;
    return { bundles: {}, parts: {}, mistakes: [...describe(error.errors, "error"), ...describe(error.warnings, "warning")] };
  }
}

async function bundle(esbuild, scripts) {
  const names = Object.keys(scripts);
  const { outputFiles, metafile, warnings } = await esbuild.build({
    ...SHORT,
    bundle: true,
    format: "esm",
    entryPoints: names.map((name, number) => ({ in: name, out: String(number) })),
    outdir: "/",
    write: false,
    metafile: true,
    plugins: [findAmong(scripts)],
  });
  const inputs = new Map(Object.entries(metafile.inputs).map(([path, input]) => [nameOf(path), input]));
  const importsOf = (name) => inputs.get(name)?.imports.map(({ path }) => nameOf(path)) ?? [];
  const imported = new Set(names.flatMap(importsOf));
  const [bundles, parts] = [{}, {}];
  for (const [number, name] of names.entries()) {
    if (imported.has(name)) continue;
    parts[name] = gather(name, importsOf);
    const isModule = inputs.get(name).format === "esm";
    // What neither imports nor exports may be loaded as no module: then other scripts see its names.
    bundles[name] = isModule ? outputFiles[number].text : (await esbuild.transform(scripts[name], SHORT)).code;
  }
  return { bundles, parts, mistakes: describe(warnings, "warning") };
}

/** The scripts that one imports, and all that those import. */
function gather(name, importsOf) {
  const found = new Set(importsOf(name));
  for (const each of found) importsOf(each).forEach((other) => found.add(other));
  return [...found].filter((each) => !WITH_URL.test(each)).sort();
}

/** Finds what is imported among the scripts; what has a URL of its own is fetched from there. */
function findAmong(scripts) {
  const resolve = ({ path, importer, kind }) => {
    if (kind === "entry-point") return { path, namespace: NAMESPACE };
    if (WITH_URL.test(path)) return { path, external: true };
    const name = posix.join(posix.dirname(importer), path);
    if (BESIDE.test(path) && Object.hasOwn(scripts, name)) return { path: name, namespace: NAMESPACE };
    return { errors: [{ text: `there is no script \`${path}\` to import`, notes: [{ text: hintFor(path) }] }] };
  };
  const load = ({ path }) => ({ contents: scripts[path], loader: "js" });
  return {
    name: NAMESPACE,
    setup(build) {
      build.onResolve({ filter: /.*/ }, resolve);
      build.onLoad({ filter: /.*/, namespace: NAMESPACE }, load);
    },
  };
}

function hintFor(path) {
  if (BESIDE.test(path)) return "what can be imported are the files of `static/assets/` that end in `.js` or `.mjs`";
  return `a file beside this one is \`./${path}\``;
}

function nameOf(path) {
  return path.replace(`${NAMESPACE}:`, "");
}

/** What esbuild says, at its places in characters. */
function describe(messages, severity) {
  return messages.map(({ text: message, location, notes }) => {
    const bytes = Buffer.from(location.lineText);
    const before = bytes.subarray(0, location.column).toString();
    const marked = bytes.subarray(location.column, location.column + location.length).toString();
    const place = { name: nameOf(location.file), line: location.line, column: [...before].length + 1 };
    return { ...place, length: [...marked].length, message, hint: notes[0]?.text ?? "", severity };
  });
}

process.stdout.write(JSON.stringify(await answer(JSON.parse(await text(process.stdin)).scripts)));
