// Formulas, set by KaTeX.
//
//   in   {"items": [{"tex", "display"}, …], "macros": {…}, "limits": {…}}
//   out  {"html": …, "warnings": [{"code", "message"}, …]}
//        {"error": {"message", "hint", "position", "length"}}

import { printed } from "./console.mjs";

export function loadMath(requireFromSite) {
  const katex = requireFromSite("katex");
  return (request) => mathRenderer(katex, request);
}

// Not a colour that TeX could spell: wherever it shows up, KaTeX has put an untrusted command in red.
const UNTRUSTED = "untrusted!";
const UNTRUSTED_COMMAND = /\\(?:href|url|includegraphics|html(?:Class|Id|Style|Data))(?![a-zA-Z@])/;
// KaTeX leaves these of its own behind; a formula must not see the previous one's.
const INTERNAL_MACROS = ["\\df@tag", "\\@eqnsw"];

/** Renders the formulas of one page, in order: `\gdef` in one holds in those after it. */
function mathRenderer(katex, { macros: initialMacros, limits }) {
  let macros = initialMacros;
  const strict = (code, message) => (printed.set(message, code), "ignore");
  return ({ tex, display }) => {
    printed.clear();
    const scope = { ...macros };
    try {
      const html = katex.renderToString(tex, {
        displayMode: display,
        output: "htmlAndMathml",
        throwOnError: true,
        errorColor: UNTRUSTED,
        trust: false,
        strict,
        macros: scope,
        maxExpand: limits.max_expand,
        maxSize: limits.max_size_em,
      });
      if (html.includes(`color:${UNTRUSTED}`)) return untrusted(tex);
      if (html.length > limits.output_characters) return tooLarge(html, limits);
      for (const name of INTERNAL_MACROS) if (name in scope) delete scope[name];
      macros = scope; // only now: a formula that fails defines nothing
      return printed.size > 0 ? { html, warnings: warnings() } : { html };
    } catch (error) {
      return describe(error, tex, limits);
    }
  };
}

function warnings() {
  return [...printed].map(([message, code]) => ({ code, message: inHouseStyle(message) }));
}

/** An error; `place` is a position and a length in characters of the formula, where there is one. */
function failure(message, hint = "", place = {}) {
  return { error: { message: inHouseStyle(message), hint, ...place } };
}

/** "Double superscript." → "double superscript", but "LaTeX …" stays. */
function inHouseStyle(message) {
  return message.replace(/^[A-Z](?![a-zA-Z]*[A-Z])/, (letter) => letter.toLowerCase()).replace(/\.$/, "");
}

function tooLarge(html, limits) {
  const size = `${html.length} characters of HTML, more than ${limits.output_characters}`;
  return failure(`renders to ${size}`, "split the formula");
}

function untrusted(tex) {
  const found = UNTRUSTED_COMMAND.exec(tex);
  const name = found === null ? "a macro" : `\`${found[0]}\``;
  const place = found === null ? {} : placeOf(tex, found.index, found[0].length);
  return failure(`${name} is not allowed inside math`, "links and pictures go around the formula, in Markdown", place);
}

function describe(error, tex, limits) {
  if (error instanceof RangeError && error.message.includes("call stack")) {
    return failure("nested too deeply", "make it simpler");
  }
  const font = /^Font metrics not found for font: ([\w-]+)/.exec(error.message);
  if (font) return failure(`KaTeX has no font ${font[1]}`, "ask for less of bold, italic and family together");
  if (error.rawMessage === undefined) return failure(`KaTeX failed: ${error.message}`);
  if (error.rawMessage.startsWith("Too many expansions")) {
    return failure(`more than ${limits.max_expand} macro expansions`, "does a macro call itself?");
  }
  const { position, length, rawMessage } = error;
  const isPlaced = position !== undefined && pointsInto(tex, error);
  return failure(rawMessage, "", isPlaced ? placeOf(tex, position, length) : {});
}

/** The place in code points, as Python counts; a command's token has the blanks after it, its place has not. */
function placeOf(tex, position, length) {
  const before = tex.slice(0, position);
  const piece = tex.slice(position, position + length).trimEnd();
  return { position: [...before].length, length: [...piece].length };
}

/**
 * Whether the position counts in `tex` and not in a macro's body: the error does not say, but its message
 * ends in the underlined piece with up to 15 characters on each side of what the position counts in.
 */
function pointsInto(tex, { message, position, length }) {
  const end = position + length;
  const before = (position > 15 ? "…" : "") + tex.slice(Math.max(0, position - 15), position);
  const piece = tex.slice(position, end).replace(/[^]/g, "$&\u0332");
  const after = tex.slice(end, end + 15) + (end + 15 < tex.length ? "…" : "");
  return message.endsWith(`: ${before}${piece}${after}`);
}
