// A consideration: what is missing after each save, and handing in only what is saved.
(() => {
  "use strict";
  const form = document.getElementById("item-form"), handIn = document.getElementById("hand-in-form");
  if (!form) return;
  form.addEventListener("autosaved", ({ detail }) => {
    const list = document.getElementById("missing");
    if (!list) return;
    list.replaceChildren(...detail.missing.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
    list.hidden = !detail.missing.length;
    // What was brought from an earlier year and is edited now is re-checked.
    document.querySelectorAll("[data-doubt]").forEach((row) => { row.hidden = !detail.doubts.includes(row.dataset.doubt); });
    document.querySelectorAll("[data-draft-of]").forEach((row) => { row.hidden = !detail.drafts.includes(row.dataset.draftOf); });
    const doubts = document.getElementById("doubts");
    if (doubts) doubts.hidden = !detail.doubts.length;
  });
  // Handing in waits for the last save, so that what is handed in is what is on screen.
  handIn?.addEventListener("submit", async (event) => {
    if (!form.autosave?.pending()) return;
    event.preventDefault(); event.stopImmediatePropagation();
    await form.autosave.save();
    if (!form.autosave.pending()) handIn.submit();
  }, true);
})();
