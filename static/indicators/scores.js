// Scoring: a card is swapped for the server's answer; focus and what was typed meanwhile stay.
(() => {
  "use strict";
  let focused = null;
  let typed = null;
  let timer = null;
  const names = ["level", "reason"];
  const entries = (data) => Object.fromEntries(names.map((name) => [name, data.get(name) ?? ""]));
  document.addEventListener("htmx:beforeRequest", () => { focused = document.activeElement && document.activeElement.id; });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const card = event.detail.target, form = card.querySelector && card.querySelector("form");
    const sent = event.detail.requestConfig && event.detail.requestConfig.formData;
    typed = null;
    if (!form || !sent) return;
    const now = entries(new FormData(form)), before = entries(sent);
    if (document.activeElement && form.contains(document.activeElement)) focused = document.activeElement.id;
    if (names.some((name) => now[name] !== before[name])) typed = { id: card.id, values: now };
  });
  document.addEventListener("htmx:afterSettle", () => {
    const form = typed && document.getElementById(typed.id)?.querySelector("form");
    if (form) {
      form.elements.reason.value = typed.values.reason;
      if (typed.values.level) form.elements.level.value = typed.values.level;
      // The sheet saves each change; the committee room sends by its button and only keeps the text.
      clearTimeout(timer);
      timer = setTimeout(() => { if (form.isConnected) form.dispatchEvent(new Event("change", { bubbles: true })); }, 700);
    }
    typed = null;
    const here = focused && document.getElementById(focused);
    if (here && document.activeElement === document.body) {
      here.focus({ preventScroll: true });
      if (here.setSelectionRange && here.tagName === "TEXTAREA") here.setSelectionRange(here.value.length, here.value.length);
    }
  });
})();
