// What is typed into a form is kept on this device until the server has it, and put back after a
// lost session, a crash or a closed window. Forms of autosave.js do so themselves.
// Kept by person: whoever signs in next on this browser finds nothing of it, and signing out by
// hand removes it. Never kept: passwords, codes, files, hidden fields, forms with data-not-kept.
(() => {
  "use strict";
  const person = document.body.dataset.person;
  if (!person) return;
  const MINE = `typed:${person}:`, WEEKS = 30 * 86400e3;
  const TEXT = "textarea, input:not([type]), input[type=text], input[type=url], input[type=email], input[type=tel], input[type=number], input[type=date], input[type=time]";
  const SECRET = "[autocomplete=one-time-code], [readonly]", ACCOUNT = /^\/(accounts|it)\//;
  const OTHERS = "[data-autosave]:not([data-refused]), [data-person-form], [data-not-kept]";
  const words = document.getElementById("typed-words").content;
  const store = {
    get: (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
    set: (key, value) => { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* a full or closed store keeps nothing */ } },
    remove: (key) => { try { localStorage.removeItem(key); } catch { /* as above */ } },
    keys: () => { try { return Object.keys(localStorage); } catch { return []; } },
  };
  let leaving = false;
  // What is kept needs no question: also the other scripts' guards are silent then.
  const leave = () => { leaving = true; document.body.dataset.leaving = ""; };

  // -- who is signed in on this browser ------------------------------------------------------
  const another = () => { const last = store.get("person"); return last !== null && last !== person; };
  const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
  const before = sessionStorage.getItem("person");
  document.querySelectorAll("[data-typed-by-reader]").forEach((part) => {
    // An old page that somebody else had filled in, sent by who signed in after them.
    if (before && before !== person) part.replaceChildren(words.querySelector("[data-another]").cloneNode(true));
  });
  sessionStorage.setItem("person", person);
  store.set("person", person);
  window.addEventListener("pageshow", (event) => {
    leaving = false;
    delete document.body.dataset.leaving;
    // Back to a page of somebody who signed out, or of another person: not theirs to see.
    if (event.persisted && store.get("person") !== person) { leave(); location.reload(); }
  });

  // -- what a form holds ---------------------------------------------------------------------
  const isKept = (form) => form instanceof HTMLFormElement && form.method === "post" && !form.matches(OTHERS) && !ACCOUNT.test(pathOf(form));
  // White space alone is no text: there is nothing to keep or to put back.
  const blank = (value) => typeof value === "string" && !value.trim();
  const alike = (one, other) => one === other || (blank(one) && blank(other));
  const isText = (box) => box.matches(TEXT) && !box.matches(SECRET);
  const decoded = (text) => { try { return decodeURIComponent(text); } catch { return text; } };
  const pathOf = (form) => decoded(new URL(form.getAttribute("action") || location.href, location.href).pathname);
  const keyOf = (form) => {
    const path = pathOf(form), same = [...document.forms].filter((other) => isKept(other) && pathOf(other) === path);
    return `${MINE}${path}:${same.indexOf(form)}`;
  };
  const firstOf = (select) => [...select.options].find((option) => option.defaultSelected) || select.options[0];
  // Each control as {name, box, text, value, standing}: what it holds, and what it came with.
  function controls(form) {
    const count = {};
    return [...form.elements].flatMap((box) => {
      if (!box.name || box.disabled) return [];
      const number = count[box.name] = (count[box.name] || 0) + 1;
      const name = number > 1 ? `${box.name} ${number}` : box.name;
      if (isText(box)) return [{ name, box, text: true, value: box.value, standing: box.defaultValue }];
      if (box.matches("select:not([multiple])")) return [{ name, box, value: box.value, standing: firstOf(box)?.value ?? "" }];
      if (box.matches("input[type=checkbox], input[type=radio]")) return [{ name, box, value: box.checked, standing: box.defaultChecked }];
      return [];
    });
  }
  const changed = (form) => controls(form).filter((one) => one.text && !alike(one.value, one.standing));

  // -- keeping -------------------------------------------------------------------------------
  function keep(form, sent = false, button = null) {
    const now = controls(form), key = keyOf(form), old = store.get(key);
    const worth = now.some((one) => one.text && (sent ? !blank(one.value) : !alike(one.value, one.standing)));
    if (!worth) { if (!sent && !old?.sent) store.remove(key); return; }
    const kept = { page: location.pathname + location.search, title: document.title, at: Date.now(), sent, refused: old?.refused, to: button?.hasAttribute("formaction") ? decoded(new URL(button.formAction).pathname) : "", values: {}, standing: {} };
    for (const one of now) {
      const known = old && one.name in old.values;
      if (!known && alike(one.value, one.standing) && !(sent && one.text)) continue;
      kept.values[one.name] = one.value;
      kept.standing[one.name] = known ? old.standing[one.name] : one.standing;
    }
    store.set(key, kept);
  }
  function forget(form) {
    store.remove(keyOf(form));
    changed(form).forEach((one) => { one.box.defaultValue = one.value; });
    form.querySelectorAll(".typed-note").forEach((note) => note.remove());
  }
  const unsent = () => store.keys().filter((key) => key.startsWith(MINE) || key.match(/^\w+:(\d+):/)?.[1] === person);

  // -- putting back --------------------------------------------------------------------------
  function put(box, value) {
    if (typeof value === "boolean") box.checked = value; else box.value = value;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }
  function say(form, kind, lines = []) {
    form.querySelectorAll(".typed-note").forEach((note) => note.remove());
    const note = words.querySelector(`[data-note=${kind}]`).cloneNode(true);
    note.querySelector("[data-lines]")?.replaceChildren(...lines.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
    form.prepend(note);
    for (let part = form.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
    return note;
  }
  const labelOf = (box) => (box.labels?.[0] || box.closest("fieldset")?.querySelector("legend"))?.textContent.replace("*", "").trim() || "";
  function addRows(form, kept) {
    const more = form.querySelector("[data-add-member]");
    const missing = () => Object.keys(kept.values).some((name) => /-\d+-/.test(name) && !form.elements.namedItem(name));
    if (more) for (let n = 0; n < 60 && missing(); n += 1) more.click();
  }
  // Given again with errors: it stands on this page alone, and leaving it must not lose it.
  function stillUnsaved(form, kept) {
    controls(form).filter((one) => one.text && one.name in kept.standing).forEach(({ name, box, value }) => {
      box.defaultValue = kept.standing[name];
      box.value = value;
    });
    store.set(keyOf(form), { ...kept, sent: false, refused: true });
  }
  function restore(form) {
    const key = keyOf(form), kept = store.get(key);
    if (!kept?.values) return;
    addRows(form, kept);
    // Given again with errors: what stands there is what was sent, cleaned by the server.
    const refused = (kept.sent || kept.refused) && form.querySelector("[aria-invalid=true], .is-invalid, .alert-danger, .errorlist");
    const stands = (one) => alike(one.value, kept.values[one.name]) || (refused && one.text && !blank(one.value));
    if (refused) stillUnsaved(form, kept);
    const all = controls(form), open = all.filter((one) => one.name in kept.values && !stands(one));
    if (!open.some((one) => one.text)) {
      // It stands there and is saved. Another form of this address may hold more.
      if (!refused && Object.keys(kept.values).every((name) => all.some((one) => one.name === name))) store.remove(key);
      return;
    }
    const back = () => { open.forEach((one) => put(one.box, kept.values[one.name])); };
    const discard = () => {
      open.forEach((one) => put(one.box, one.standing));
      forget(form);
      open[0].box.focus();
    };
    // Somebody else saved other words meanwhile: theirs are not covered without being asked.
    const covered = open.filter((one) => one.text && one.standing !== kept.standing[one.name]);
    if (!covered.length) back();
    const note = say(form, covered.length ? "other" : "restored", covered.map((one) => `${labelOf(one.box)}: ${kept.values[one.name]}`));
    note.addEventListener("click", (event) => {
      if (event.target.closest("[data-discard]")) discard();
      if (event.target.closest("[data-put]")) { back(); say(form, "restored").addEventListener("click", (again) => { if (again.target.closest("[data-discard]")) discard(); }); open[0].box.focus(); }
    });
  }

  // -- what the server said it has -----------------------------------------------------------
  // The cookie of SavedMiddleware; data-taken on a page that answers a form without leading on.
  const saved = document.cookie.match(/(?:^|; )saved="?([^;"]+)/)?.[1], taken = document.querySelector("[data-taken]");
  if (saved || taken) {
    document.cookie = `saved=; path=/; max-age=0; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
    const paths = [...(saved || "").split("|").map(decoded), taken && decoded(location.pathname)].filter(Boolean);
    unsent().forEach((key) => {
      if (paths.some((path) => key.startsWith(`${MINE}${path}:`) || decoded(key).endsWith(`:${location.origin}${path}`) || store.get(key)?.to === path)) store.remove(key);
    });
  }
  unsent().forEach((key) => { if (Date.now() - (store.get(key)?.at || Date.now()) > WEEKS) store.remove(key); });

  // -- events --------------------------------------------------------------------------------
  const typed = (event) => { leaving = false; if (isKept(event.target.form)) keep(event.target.form); };
  document.addEventListener("input", typed);
  document.addEventListener("change", typed);
  document.addEventListener("saved", (event) => forget(event.target));
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.matches("[data-sign-out]")) { signOut(event); return; }
    if (isKept(form)) keep(form, true, event.submitter);
    if (another()) {
      event.preventDefault();
      event.stopImmediatePropagation();
      say(form, "another").scrollIntoView({ block: "center" });
      return;
    }
    // Signed in again in another window: the token of this page is an old one.
    const hidden = form.elements.namedItem("csrfmiddlewaretoken");
    if (hidden && token()) hidden.value = token();
  }, true);
  document.addEventListener("submit", (event) => { if (!event.defaultPrevented) leaving = true; });
  document.body.addEventListener("htmx:configRequest", ({ detail }) => {
    detail.headers["X-Writer"] = person;
    if (token()) detail.headers["X-CSRFToken"] = token();
    if (isKept(detail.elt)) keep(detail.elt, true);
  });
  document.body.addEventListener("htmx:beforeOnLoad", (event) => {
    const { detail } = event;
    if (detail.xhr.getResponseHeader("HX-Redirect")) {
      // To the sign-in, when a person asked. A part that asks by itself takes nobody's page away.
      const open = [...document.forms].filter((form) => form.autosave?.pending() || (isKept(form) && changed(form).length));
      if (detail.xhr.status !== 401 || isKept(detail.elt) || !open.length) { leave(); return; }
      event.preventDefault();
      open.filter((form) => isKept(form)).forEach((form) => say(form, "out"));
    } else if (isKept(detail.elt) && detail.xhr.status < 300) forget(detail.elt);
  });

  // Signing out by hand removes what is kept; what was not sent yet is shown first.
  function signOut(event) {
    const list = document.querySelector("[data-unsent]");
    if (unsent().length && !list) {
      event.preventDefault();
      event.stopImmediatePropagation();
      leave();
      location.assign(event.target.action);
      return;
    }
    unsent().forEach(store.remove);
    store.remove("person");
    leave();
  }

  // Leaving says what is not saved: the browser asks, and who stays sees the line at the form.
  window.addEventListener("beforeunload", (event) => {
    if (leaving) return;
    const open = [...document.forms].filter((form) => isKept(form) && changed(form).length);
    if (!open.length) return;
    event.preventDefault();
    open.forEach((form) => say(form, "unsaved", changed(form).map((one) => labelOf(one.box)).filter(Boolean)));
  });

  document.addEventListener("DOMContentLoaded", () => {
    [...document.forms].filter(isKept).forEach(restore);
    const list = document.querySelector("[data-unsent]"), kept = unsent().map((key) => store.get(key)).filter((one) => one?.page);
    if (list && kept.length) {
      list.hidden = false;
      list.querySelector("ul").replaceChildren(...kept.map((one) => {
        const link = Object.assign(document.createElement("a"), { textContent: one.title });
        link.href = one.page;
        const row = document.createElement("li");
        row.append(link);
        return row;
      }));
    }
  });
})();
