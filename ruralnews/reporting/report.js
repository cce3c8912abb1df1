"use strict";
// Sorting, filtering and the words of attributes. Everything else works without this script.

const root = document.documentElement;
root.classList.add("scripted");

// -- Language ---------------------------------------------------------------------------------

function speak() {
  const lang = document.getElementById("en").checked ? "en" : "zh";
  root.lang = lang === "en" ? "en" : "zh-CN";
  for (const input of document.querySelectorAll("input[data-zh]")) {
    input.placeholder = input.dataset[lang];
    input.setAttribute("aria-label", input.dataset[lang]);
  }
}
for (const id of ["zh", "en"]) document.getElementById(id).addEventListener("change", speak);
speak();

// -- Sorting ----------------------------------------------------------------------------------

function cellAt(row, place) {
  let at = 0;
  for (const cell of row.cells) {
    at += cell.colSpan;
    if (place < at) return cell;
  }
  return row.cells[row.cells.length - 1];
}

function valueOf(row, place) {
  const cell = cellAt(row, place);
  const value = cell.dataset.v ?? cell.textContent.trim();
  return value !== "" && !isNaN(value) ? Number(value) : value;
}

function compare(one, other) {
  if (typeof one === "number" && typeof other === "number") return one - other;
  return String(one).localeCompare(String(other), "zh");
}

function sort(table, head, place) {
  const heads = table.tHead.rows[0].cells;
  // Numbers begin with the largest, words with the first.
  const first = head.classList.contains("number") ? "descending" : "ascending";
  const other = first === "ascending" ? "descending" : "ascending";
  const order = head.getAttribute("aria-sort") === first ? other : first;
  for (const one of heads) one.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", order);
  const sign = order === "ascending" ? 1 : -1;
  const rows = [...table.tBodies[0].rows];
  rows.sort((a, b) => sign * compare(valueOf(a, place), valueOf(b, place)));
  table.tBodies[0].append(...rows);
}

for (const table of document.querySelectorAll("table.sortable")) {
  [...table.tHead.rows[0].cells].forEach((head, place) => {
    if (head.classList.contains("plain")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(table, head, place));
    head.append(button);
  });
}

// -- Filtering --------------------------------------------------------------------------------

function matches(text, query) {
  const found = text.toLowerCase();
  return query.toLowerCase().split(/\s+/).every((word) => found.includes(word));
}

function filterTable(tools, table) {
  const query = tools.querySelector("input").value;
  const state = tools.querySelector("[aria-pressed=true]").dataset.state;
  for (const row of table.tBodies[0].rows) {
    row.hidden = (state && row.dataset.state !== state) || !matches(row.cells[1].textContent, query);
  }
}

function filterNews(tools, news) {
  const query = tools.querySelector("input").value.trim();
  for (const group of news.children) {
    let any = matches(group.querySelector("summary").textContent, query);
    const whole = any;
    for (const list of group.querySelectorAll("ul")) {
      let some = false;
      for (const item of list.children) {
        item.hidden = !whole && !matches(item.textContent, query);
        some = some || !item.hidden;
      }
      list.hidden = !some;
      if (list.previousElementSibling) list.previousElementSibling.hidden = !some;
      any = any || some;
    }
    group.hidden = !any;
    if (query && any) group.open = true;
  }
}

for (const tools of document.querySelectorAll(".tools")) {
  const target = document.getElementById(tools.dataset.for);
  const filter = () => (target.tBodies ? filterTable : filterNews)(tools, target);
  tools.querySelector("input").addEventListener("input", filter);
  for (const button of tools.querySelectorAll("button")) {
    button.addEventListener("click", () => {
      for (const one of tools.querySelectorAll("button")) one.setAttribute("aria-pressed", String(one === button));
      filter();
    });
  }
}
