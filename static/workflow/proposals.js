// The table of members: empty seats are added, and autosave.js reads and writes it as one text, a
// line "person|part|seat" for each. Without it each saving offers one more row.
(() => {
  "use strict";
  const section = document.querySelector("[data-members]");
  if (!section) return;
  const button = section.querySelector("[data-add-member]"), list = section.querySelector(".member-list");
  const template = section.querySelector("template").content.firstElementChild;
  const count = (name) => section.querySelector(`input[name$=${name}]`);
  const box = (row, name) => row.querySelector(`[name$="-${name}"]`);
  function add(values = []) {
    const total = count("TOTAL_FORMS"), row = template.cloneNode(true);
    row.querySelectorAll("[name], [id], [for]").forEach((part) => {
      ["name", "id", "for"].forEach((key) => {
        const value = part.getAttribute(key);
        if (value) part.setAttribute(key, value.replace("__prefix__", total.value));
      });
    });
    ["user", "place", "seat"].forEach((name, n) => { if (values[n] !== undefined) box(row, name).value = values[n]; });
    list.append(row);
    total.value = String(Number(total.value) + 1);
    return row;
  }
  button.hidden = false;
  button.addEventListener("click", () => add().querySelector("select").focus());

  const labelOf = (name, value) => [...box(template, name).options].find((option) => option.value === value)?.textContent.trim() || value;
  section.closest("form").seats = {
    label: section.querySelector("h2").textContent.trim(),
    get value() {
      const kept = [...list.children].filter((row) => box(row, "user").value && !box(row, "DELETE").checked);
      return kept.map((row) => ["user", "place", "seat"].map((name) => box(row, name).value).join("|")).join("\n");
    },
    set value(text) {
      if (text === this.value) return;
      list.replaceChildren();
      count("TOTAL_FORMS").value = count("INITIAL_FORMS").value = "0";
      text.split("\n").filter(Boolean).forEach((line) => add(line.split("|")));
    },
    words: (text) => (text || "").split("\n").filter(Boolean).map((line) => { const [user, place, seat] = line.split("|"); return [labelOf("user", user), labelOf("place", place), labelOf("seat", seat)].join(" · "); }).join("\n"),
    focus: () => button.focus(),
  };
})();
