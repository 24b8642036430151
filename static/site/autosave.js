// Autosave of a form[data-autosave]: 1.5 s after typing pauses, kept on this device until the
// server has it. Of two writers at once each keeps what only that one changed; the same box is
// asked about. The form tells "autosaved" with the server's answer; form.autosave lets a page wait.
// A table of rows is one more box: form.seats, which the page's script made of it.
(() => {
  "use strict";
  const form = document.querySelector("form[data-autosave]");
  // After a refused save without this script both texts stand on the page already.
  if (!form || form.dataset.refused !== undefined) return;
  const PAUSE = 1500, RETRY = 15000;
  // A box inside that belongs to a form of its own is none of ours: elements leaves it out.
  const boxes = [...form.elements].filter((box) => box.name && box.matches("textarea, input[type=text]"));
  const SEATS = "seats", seats = form.seats;
  const names = [...boxes.map((box) => box.name), ...(seats ? [SEATS] : [])];
  const field = (name) => (name === SEATS && seats) || form.elements[name];
  const lock = form.elements.seen; // the save that the boxes were filled from
  const state = document.getElementById("save-state");
  const conflict = document.getElementById("conflict");
  const key = `${form.dataset.autosave}:${form.dataset.user}:${form.action}`;
  // Seats are printed in an order of their own: the order of the rows is no difference.
  const sorted = (text) => { const lines = text.split("\n"); lines.sort(); return lines.join("\n"); };
  const plain = (text, name) => { const clean = (text || "").trim().replace(/\r\n/g, "\n"); return name === SEATS ? sorted(clean) : clean; };
  const texts = () => Object.fromEntries(names.map((name) => [name, field(name).value]));
  const same = (a, b) => names.every((name) => plain(a[name], name) === plain(b[name], name));
  const say = (text, kind = "") => { state.textContent = text; state.dataset.kind = kind; };
  let note = ""; // that both parts stand here: also once they are saved, until somebody types on
  let saved = texts(), timer = null, sending = false, again = false, pressed, theirs = null, asked = [];

  const keep = () => { try { localStorage.setItem(key, JSON.stringify({ version: lock.value, texts: texts(), saved, page: location.pathname + location.search, title: document.title, at: Date.now() })); } catch { /* a full or closed store keeps nothing */ } };
  const forget = () => { try { localStorage.removeItem(key); } catch { /* as above */ } };
  // Signing in again, in another window too, changes the token that the server asks for.
  const body = () => {
    const data = new FormData(form), token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    if (token) data.set("csrfmiddlewaretoken", token[1]);
    return data;
  };
  const later = (pause) => { clearTimeout(timer); timer = setTimeout(save, pause); };

  async function save() {
    clearTimeout(timer);
    if (!conflict.hidden || same(texts(), saved)) return;
    if (sending) { again = true; return; }
    sending = true;
    const sent = texts();
    say(form.dataset.saving, "wait");
    try {
      const answer = await fetch(form.action, { method: "POST", body: body(), headers: { "X-Autosave": "1", "X-Writer": form.dataset.user }, credentials: "same-origin" });
      const isJson = (answer.headers.get("Content-Type") || "").includes("application/json");
      if (!isJson) { say(answer.redirected || answer.status === 403 ? form.dataset.signedOut : form.dataset.offline, "late"); keep(); later(RETRY); return; }
      take(await answer.json(), answer.status, sent);
    } catch {
      keep(); say(form.dataset.offline, "late"); later(RETRY);
    } finally {
      sending = false;
      const button = pressed;
      pressed = undefined;
      if (button !== undefined && conflict.hidden) form.requestSubmit(button);
      else if (again) { again = false; later(PAUSE); }
    }
  }

  function take(data, status, sent) {
    if (status === 200) {
      // What is not whole yet waits for its next change, the rest is saved.
      saved = { ...sent, ...Object.fromEntries((data.unsaved || []).map((name) => [name, saved[name]])) };
      lock.value = data.version;
      if (same(texts(), saved)) forget(); else { keep(); if (!same(texts(), sent)) later(PAUSE); }
      say([note, data.said, data.problems].filter(Boolean).join(" "), data.problems ? "late" : "done");
      form.dispatchEvent(new CustomEvent("autosaved", { detail: data }));
    } else if (data.theirs) {
      merge(data);
    } else {
      keep(); say(data.message, "late");
      if (data.again) later(RETRY); // refused for now, as by a full disk
    }
  }

  // Three texts for each box: as it was when both began, mine, theirs.
  function merge(data) {
    asked = [];
    for (const name of names) {
      const [base, mine, other] = [saved[name], field(name).value, data.theirs[name]].map((text) => plain(text, name));
      if (mine === base && other !== base) field(name).value = data.theirs[name] || "";
      else if (mine !== other && mine !== base && other !== base) asked.push(name);
    }
    keep();
    if (asked.length) { ask(data); return; }
    lock.value = data.version;
    saved = data.theirs;
    note = form.dataset.merged;
    say(note, "done");
    if (same(texts(), saved)) forget(); else later(0);
  }

  function labelOf(name) {
    if (name === SEATS && seats) return seats.label;
    const group = field(name).closest("fieldset"), label = form.querySelector(`label[for=${field(name).id}]`);
    return [group && group.querySelector("legend"), label].filter(Boolean).map((node) => node.textContent.trim()).join(" · ");
  }

  function ask(data) {
    theirs = data;
    conflict.querySelector("[data-conflict-message]").textContent = data.message;
    conflict.querySelector("[data-conflict-texts]").replaceChildren(...asked.flatMap((name) => [
      Object.assign(document.createElement("h4"), { textContent: labelOf(name) }),
      Object.assign(document.createElement("div"), { className: "theirs", textContent: (name === SEATS && seats ? seats.words(data.theirs[name]) : data.theirs[name]) || form.dataset.empty }),
    ]));
    conflict.hidden = false;
    say(data.message, "late");
    conflict.scrollIntoView({ block: "start" });
    conflict.querySelector("button").focus();
  }

  conflict.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-choose]")?.dataset.choose;
    if (!choice || !theirs) return;
    lock.value = theirs.version;
    saved = theirs.theirs;
    for (const name of asked) {
      const other = theirs.theirs[name] || "", own = field(name).value.trim();
      if (choice === "theirs") field(name).value = other;
      if (choice === "both" && name === SEATS && seats) field(name).value = [...new Set([...own.split("\n"), ...other.split("\n")])].filter(Boolean).join("\n");
      else if (choice === "both" && other && other !== own) field(name).value = own ? `${own}\n\n${other}` : other;
    }
    conflict.hidden = true; theirs = null;
    field(asked[0]).focus();
    if (same(texts(), saved)) { forget(); say(""); } else save();
  });

  // Leaving a box without a change must not change the line: it would push the button away from
  // under the pointer that is about to press it.
  let noted = saved;
  const typed = () => {
    const now = texts();
    const before = noted;
    noted = now;
    if (same(now, saved) || same(now, before)) return;
    note = "";
    keep(); say(form.dataset.typing, "wait"); later(PAUSE);
  };
  form.addEventListener("input", typed);
  // A name picked from the list is written by a script, which no input event tells.
  form.addEventListener("focusout", typed);
  window.addEventListener("online", () => later(0));
  document.addEventListener("visibilitychange", () => { if (document.hidden && !leaving) save(); });
  let leaving = false;
  form.addEventListener("submit", (event) => {
    const stays = form.dataset.stay !== undefined;
    clearTimeout(timer);
    if (stays || sending) event.preventDefault();
    if (stays) save();
    else if (sending) pressed = event.submitter; // its answer renews the version that is sent along
    else { leaving = true; keep(); } // typed.js forgets it when the server has it
  });
  window.addEventListener("beforeunload", (event) => { if (!leaving && document.body.dataset.leaving === undefined && !same(texts(), saved)) event.preventDefault(); });

  // Back to a page whose form was sent: it stands on an older save than the server.
  window.addEventListener("pageshow", (event) => { if (event.persisted && leaving) location.reload(); });

  form.autosave = { save, typed, pending: () => !same(texts(), saved) };

  // Text that a lost connection left on this device comes back.
  let left = null;
  try { left = JSON.parse(localStorage.getItem(key)); } catch { forget(); }
  if (left && left.texts && !same(left.texts, saved)) {
    const standing = { theirs: saved, version: lock.value, message: form.dataset.restored };
    for (const name of names) if (name in left.texts) field(name).value = left.texts[name];
    if (left.version === standing.version) { say(form.dataset.restored, "wait"); later(300); }
    else { saved = left.saved || saved; merge(standing); }
  } else if (left) forget();
})();
