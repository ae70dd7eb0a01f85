// Keeps what libraries print from standard output, where only replies may go: KaTeX warns on the console
// about characters it has no metrics for, `\message` prints there, and so does Plot.

/** Message → `console`, since whoever emptied it last. */
export const printed = new Map();

for (const method of ["log", "info", "warn", "error"]) {
  console[method] = (...parts) => void printed.set(parts.join(" "), "console");
}
