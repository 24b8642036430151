// The reason of an own score is saved 1.5 s after typing pauses, without swapping the card under the
// writer's hands; leaving the box swaps it, by htmx. What is not saved yet typed.js keeps.
(() => {
  "use strict";
  const words = document.getElementById("reason-words")?.dataset;
  if (!words) return;
  const PAUSE = 1500, RETRY = 15000, FORM = "form[data-reason-form]";
  const timers = new WeakMap(), sending = new WeakSet(), asked = new WeakSet();
  const say = (form, text, kind) => { const line = form.querySelector(".saved-at"); line.textContent = text; line.dataset.kind = kind; };
  const pending = (form) => form.elements.reason.value !== form.elements.reason.defaultValue;
  const later = (form, pause) => { clearTimeout(timers.get(form)); timers.set(form, setTimeout(() => save(form), pause)); };

  async function save(form) {
    clearTimeout(timers.get(form));
    if (!form.isConnected || !pending(form)) return;
    if (!form.elements.level.value) { say(form, words.choose, "wait"); return; }
    if (sending.has(form) || form.classList.contains("htmx-request")) { later(form, PAUSE); return; }
    const box = form.elements.reason, sent = box.value, body = new FormData(form);
    const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    if (token) body.set("csrfmiddlewaretoken", token[1]);
    sending.add(form);
    say(form, words.saving, "wait");
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Autosave": "1", "X-Writer": words.user }, credentials: "same-origin" });
      const isJson = (answer.headers.get("Content-Type") || "").includes("application/json");
      const data = isJson ? await answer.json() : {};
      if (answer.ok && isJson) {
        form.elements.seen.value = data.version;
        if (box.value === sent) form.dispatchEvent(new CustomEvent("saved", { bubbles: true }));
        box.defaultValue = sent;
        if (pending(form)) later(form, PAUSE);
        say(form, data.said, "done");
      } else if (isJson) {
        say(form, data.message, "late");
      } else {
        say(form, answer.redirected || answer.status === 403 ? words.signedOut : words.offline, "late");
        later(form, RETRY);
      }
    } catch {
      say(form, words.offline, "late");
      later(form, RETRY);
    } finally {
      sending.delete(form);
      if (asked.delete(form) && form.isConnected) form.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }

  document.addEventListener("input", (event) => {
    const form = event.target.closest(FORM);
    if (!form || event.target.name !== "reason") return;
    if (!pending(form)) return;
    say(form, form.elements.level.value ? words.typing : words.choose, "wait");
    later(form, PAUSE);
  });
  // htmx sends the version that the form had: it waits for the answer that renews it.
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if (!sending.has(event.detail.elt)) return;
    event.preventDefault();
    asked.add(event.detail.elt);
  });
  const all = () => { document.querySelectorAll(FORM).forEach((form) => { if (pending(form)) save(form); }); };
  window.addEventListener("online", all);
  document.addEventListener("visibilitychange", () => { if (document.hidden) all(); });
})();
