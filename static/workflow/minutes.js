// The minutes page: times taken from the clock, and the paper beside the form after each save.
(() => {
  "use strict";
  const form = document.getElementById("minutes");
  if (!form) return;
  // "Now": the time of the clock on the wall, in Bangkok.
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-now]");
    if (!button) return;
    const now = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Bangkok" }).format(new Date());
    form.elements[button.dataset.now].value = now.replace(":", ".");
    form.autosave?.typed();
  });
  form.addEventListener("autosaved", () => form.dispatchEvent(new Event("change")));
})();
