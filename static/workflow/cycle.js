// Find a person in a long list of ticks. Without it the list can still be scrolled.
(() => {
  "use strict";
  const fold = (text) => text.toLowerCase().replace(/[๐-๙]/g, (d) => String(d.charCodeAt(0) - 0x0e50)).replace(/\s+/g, "");
  document.querySelectorAll("[data-people-picker]").forEach((picker) => {
    const frame = picker.querySelector(".people-filter");
    const rows = [...picker.querySelectorAll(".people-list > li")];
    if (!frame || rows.length < 8) return;
    frame.hidden = false;
    frame.querySelector("input").addEventListener("input", (event) => {
      const wanted = fold(event.target.value);
      rows.forEach((row) => { row.hidden = !fold(row.textContent).includes(wanted); });
    });
  });
})();
