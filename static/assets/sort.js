// Tables of class `sortable` come sorted. Here each header becomes a button that sorts by its column:
// numbers from the largest, words from A, and once more the other way round. What has no number there
// stays below, and so do rows without any.

const order = new Intl.Collator(document.documentElement.lang, { numeric: true }).compare;

for (const table of document.querySelectorAll("table.sortable")) {
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(table, head, column));
    head.append(button);
  });
}

function sort(table, head, column) {
  const heads = [...table.tHead.rows[0].cells];
  const isNumber = head.classList.contains("align-right");
  const before = head.getAttribute("aria-sort") ?? (isNumber ? "ascending" : "descending");
  const sign = before === "ascending" ? -1 : 1;
  const value = (row) => {
    if (row.classList.contains("left-out")) return undefined;
    const cell = row.cells[column];
    return isNumber ? cell.querySelector("data")?.value : cell.textContent;
  };
  const compare = (one, other) => {
    const [a, b] = [value(one), value(other)];
    if (a === undefined || b === undefined) return (a === undefined) - (b === undefined);
    return sign * (isNumber ? a - b : order(a, b));
  };
  for (const each of heads) each.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
  table.tBodies[0].append(...[...table.tBodies[0].rows].sort(compare));
}
