// Adds empty seats to the table of members. Without it each saving offers one more row.
(() => {
  "use strict";
  const section = document.querySelector("[data-members]");
  if (!section) return;
  const button = section.querySelector("[data-add-member]");
  const list = section.querySelector(".member-list");
  const total = section.querySelector("input[name$=TOTAL_FORMS]");
  button.hidden = false;
  button.addEventListener("click", () => {
    const number = Number(total.value);
    const row = section.querySelector("template").content.firstElementChild.cloneNode(true);
    row.querySelectorAll("[name], [id], [for]").forEach((part) => {
      ["name", "id", "for"].forEach((key) => {
        const value = part.getAttribute(key);
        if (value) part.setAttribute(key, value.replace("__prefix__", number));
      });
    });
    list.append(row);
    total.value = String(number + 1);
    row.querySelector("select").focus();
  });
})();
