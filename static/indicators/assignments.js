// Boxes in which a person is found by name (ARIA combobox), and rows that save by themselves.
// Without this script each box offers the browser's own list and each row has its button.
(() => {
  "use strict";
  const data = document.getElementById("people-data");
  const words = document.getElementById("person-words")?.dataset;
  if (!data || !words) return;
  const people = JSON.parse(data.textContent);
  const SHOWN = 60;
  document.documentElement.classList.add("has-script");

  // The same folding as the server's, as far as typing goes: one kind of digit, no case, single spaces,
  // none before a mark (an old PDF's ที ่), and น้ำ like น้า.
  const fold = (text) => text.normalize("NFC").toLowerCase()
    .replace(/[๐-๙]/g, (digit) => String(digit.charCodeAt(0) - 0x0e50))
    .replace(/เเ/g, "แ").replace(/\s+/g, " ").trim()
    .replace(/ (?=[\u0e31\u0e33-\u0e3a\u0e47-\u0e4d])/g, "")
    .replace(/\u0e4d([\u0e48-\u0e4b]?)\u0e32/g, "$1\u0e33")
    .replace(/([\u0e48-\u0e4b])\u0e33/g, "$1\u0e32");
  people.forEach((person) => { person.find = fold(person.find); });

  const list = document.createElement("ul");
  list.id = "person-list";
  list.className = "person-list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", words.list);
  list.hidden = true;
  const said = document.createElement("div");
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
  document.body.append(said);

  let box = null;
  let here = ""; // id of the row the reader was in last: the box itself is replaced when it is saved
  let active = -1;
  let found = [];

  const close = () => {
    list.hidden = true;
    active = -1;
    if (!box) return;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  };

  const mark = (index) => {
    list.querySelector("[aria-selected=true]")?.setAttribute("aria-selected", "false");
    active = index;
    if (index < 0) { box.removeAttribute("aria-activedescendant"); return; }
    const option = list.children[index];
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    box.setAttribute("aria-activedescendant", option.id);
  };

  const option = (person, index) => {
    const item = document.createElement("li");
    item.id = `person-option-${index}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.dataset.index = index;
    item.textContent = person.text;
    const small = document.createElement("small");
    small.textContent = person.lead ? `${person.group} · ${words.lead}` : person.group;
    if (small.textContent) item.append(small);
    return item;
  };

  const open = (typed) => {
    const needle = fold(typed);
    found = people.filter((person) => person.find.includes(needle));
    // A group's director first, when the group is what was typed.
    found.sort((a, b) => Number(b.lead && needle !== "") - Number(a.lead && needle !== ""));
    found = found.slice(0, SHOWN);
    list.replaceChildren(...found.map(option));
    if (!found.length) {
      const none = document.createElement("li");
      none.className = "person-none";
      none.textContent = words.none;
      list.append(none);
    }
    said.textContent = found.length ? `${words.found} ${found.length}` : words.none;
    if (list.parentElement !== box.parentElement) box.after(list);
    list.hidden = false;
    box.setAttribute("aria-expanded", "true");
    active = -1;
    if (found.length && needle) mark(0);
  };

  const send = (input) => {
    const form = input.form;
    if (!form.matches("[data-person-form]") || input.value === input.dataset.before) return;
    input.dataset.before = input.value;
    form.requestSubmit();
  };

  const choose = (index) => {
    box.value = found[index].text;
    close();
    send(box);
  };

  const enhance = (input) => {
    if (input.dataset.before !== undefined) return;
    input.dataset.before = input.value;
    if (!input.parentElement.matches(".person-box")) {
      const frame = document.createElement("div");
      frame.className = "person-box";
      input.replaceWith(frame);
      frame.append(input);
    }
    input.removeAttribute("list");
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", list.id);
    // The box saves by itself, so its button needs no stop on the way to the next row.
    if (input.form.matches("[data-person-form]:not([data-ask])")) input.form.querySelector("button").tabIndex = -1;
    if (!list.isConnected) input.after(list);
  };

  document.querySelectorAll("[data-person-box]").forEach(enhance);
  document.addEventListener("focusin", (event) => {
    if (!event.target.matches("[data-person-box]")) return;
    enhance(event.target);
    box = event.target;
    here = box.closest("tr")?.id || here;
    box.select();
  });
  document.addEventListener("input", (event) => {
    if (event.target !== box) return;
    open(box.value);
  });
  document.addEventListener("click", (event) => {
    if (event.target !== box || !list.hidden) return;
    const untouched = box.value === box.dataset.before;
    if (untouched) box.select(); // the click's own caret has undone the selection of focusin
    open(untouched ? "" : box.value);
  });
  document.addEventListener("keydown", (event) => {
    if (event.target !== box) return;
    const last = found.length - 1;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) { open(box.value === box.dataset.before ? "" : box.value); if (found.length) mark(0); return; }
      if (last < 0) return;
      const step = event.key === "ArrowDown" ? 1 : -1;
      mark(active + step > last ? 0 : active + step < 0 ? last : active + step);
    } else if (event.key === "Enter" && !list.hidden && active >= 0) {
      event.preventDefault();
      choose(active);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      box.value = box.dataset.before;
      close();
    } else if (event.key === "Tab" && !list.hidden && active >= 0 && box.value !== box.dataset.before) {
      choose(active);
    }
  });
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const item = event.target.closest("[data-index]");
    if (item) choose(Number(item.dataset.index));
  });
  document.addEventListener("focusout", (event) => {
    if (event.target !== box) return;
    const left = box;
    close();
    // An emptied box means "never mind"; ending a duty asks for a reason on its own page.
    if (left.form.matches("[data-person-form]") && left.value.trim() === "") left.value = left.dataset.before;
    else send(left);
  });

  // The answer replaces the cell: save the list from it, and take the new box up.
  document.body.addEventListener("htmx:beforeSwap", (event) => { if (event.detail.target?.contains(list)) { list.hidden = true; document.body.append(list); } });
  document.body.addEventListener("htmx:afterSettle", (event) => {
    event.target.querySelectorAll?.("[data-person-box]").forEach(enhance);
    if (document.activeElement?.matches("[data-person-box]")) { box = document.activeElement; enhance(box); }
  });

  // "Go to the next one": the first open row after where the reader is, with the cursor in its box.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-next-open]");
    if (!link) return;
    const opened = [...document.querySelectorAll(".assign-cell[data-open]")];
    if (!opened.length) return; // filtered away: the link leads to the whole table
    event.preventDefault();
    const from = document.getElementById(here);
    const next = opened.find((cell) => from && (from.compareDocumentPosition(cell) & Node.DOCUMENT_POSITION_FOLLOWING) && !from.contains(cell)) || opened[0];
    next.closest("tr").scrollIntoView({ block: "start" });
    next.querySelector("[data-person-box]")?.focus({ preventScroll: true });
  });
})();
