// The reason of a score is saved 1.5 s after typing pauses, without swapping the card under the
// writer's hands. An own score (data-reason-form) is saved itself, and leaving the box swaps the
// card, by htmx. Of an agreed or verified one ("draft") text and level are kept as the writer's
// draft until the button records them. What is not saved yet typed.js keeps.
(() => {
  "use strict";
  const words = document.getElementById("reason-words")?.dataset;
  if (!words) return;
  const PAUSE = 1500, RETRY = 15000, FORM = "form[data-reason-form]", DRAFT = "form[data-reason-form=draft]";
  const timers = new WeakMap(), sending = new WeakSet(), asked = new WeakMap();
  const isDraft = (form) => form.matches(DRAFT);
  const line = (form) => form.querySelector(".saved-at");
  const say = (form, text, kind) => { line(form).textContent = text; line(form).dataset.kind = kind; };
  const box = (form) => form.querySelector("textarea");
  const levels = (form) => [...form.querySelectorAll("input[type=radio]")];
  const version = (form) => form.querySelector(isDraft(form) ? "input[name$=draft]" : "input[name=seen]");
  const chosen = (form) => levels(form).some((one) => one.checked);
  const typed = (form) => box(form).value !== box(form).defaultValue;
  const pending = (form) => typed(form) || (isDraft(form) && levels(form).some((one) => one.checked !== one.defaultChecked));
  const later = (form, pause) => { clearTimeout(timers.get(form)); timers.set(form, setTimeout(() => save(form), pause)); };

  async function save(form) {
    clearTimeout(timers.get(form));
    if (!form.isConnected || !pending(form)) return;
    if (!isDraft(form) && !chosen(form)) { say(form, words.choose, "wait"); return; }
    if (sending.has(form) || form.classList.contains("htmx-request")) { later(form, PAUSE); return; }
    const sent = box(form).value, level = levels(form).map((one) => one.checked), body = new FormData(form);
    const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    if (token) body.set("csrfmiddlewaretoken", token[1]);
    sending.add(form);
    say(form, words.saving, "wait");
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Autosave": "1", "X-Writer": words.user }, credentials: "same-origin" });
      const isJson = (answer.headers.get("Content-Type") || "").includes("application/json");
      const data = isJson ? await answer.json() : {};
      if (answer.ok && isJson) {
        version(form).value = data.version;
        if (box(form).value === sent) form.dispatchEvent(new CustomEvent("saved", { bubbles: true }));
        box(form).defaultValue = sent;
        if (isDraft(form)) levels(form).forEach((one, number) => { one.defaultChecked = level[number]; });
        if (pending(form)) later(form, PAUSE);
        say(form, data.said, "done");
      } else if (isJson) {
        if (data.theirs) other(form, data);
        say(form, data.message, "late");
        if (data.again) later(form, RETRY); // refused for now, as by a full disk
      } else {
        say(form, answer.redirected || answer.status === 403 ? words.signedOut : words.offline, "late");
        later(form, RETRY);
      }
    } catch {
      say(form, words.offline, "late");
      later(form, RETRY);
    } finally {
      sending.delete(form);
      if (asked.has(form)) again(form);
    }
  }

  // What another window kept stands beside what is typed here; typing on keeps the latter.
  function other(form, data) {
    version(form).value = data.version;
    const note = Object.assign(document.createElement("div"), { className: "notice" });
    note.setAttribute("role", "alert");
    note.replaceChildren(...[data.message, ...data.theirs].map((text) => Object.assign(document.createElement("p"), { textContent: text })));
    form.prepend(note);
  }

  function again(form) {
    const button = asked.get(form);
    asked.delete(form);
    if (!form.isConnected) return;
    if (isDraft(form)) form.requestSubmit(button); else form.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function changed(event) {
    const form = event.target.closest?.(FORM);
    if (!form || (event.type === "change" && !isDraft(form)) || !pending(form)) return;
    say(form, isDraft(form) || chosen(form) ? words.typing : words.choose, "wait");
    later(form, PAUSE);
  }
  document.addEventListener("input", (event) => { if (event.target.matches("textarea")) changed(event); });
  document.addEventListener("change", changed);
  // What is recorded goes with what stands there then, not before a draft on its way.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches(DRAFT)) return;
    clearTimeout(timers.get(form));
    if (!sending.has(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    asked.set(form, event.submitter);
  }, true);
  // htmx sends the version that the form had: it waits for the answer that renews it.
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if (!sending.has(event.detail.elt)) return;
    event.preventDefault();
    asked.set(event.detail.elt, null);
  });
  const all = () => { document.querySelectorAll(FORM).forEach((form) => { if (pending(form)) save(form); }); };
  window.addEventListener("online", all);
  document.addEventListener("visibilitychange", () => { if (document.hidden) all(); });
})();
