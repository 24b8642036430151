// Uploading in pieces (tus 1.0): the whole page takes files, each goes on after any cut.
// Without this script the form below the zone sends files at once.
(() => {
  "use strict";
  const zone = document.querySelector("[data-uploads]");
  if (!zone || !window.tus || !tus.isSupported) return;
  const facts = JSON.parse(document.getElementById("upload-zone").textContent);
  const { words } = facts;
  const list = zone.querySelector("[data-upload-rows]"), pattern = zone.querySelector("template");
  const summary = zone.querySelector("[data-upload-summary]"), overlay = document.querySelector("[data-drop-overlay]");
  const form = zone.closest("form"); // a form that waits for the files, if any
  let forRow = facts.row || ""; // the required piece of evidence that is chosen for next
  const AT_ONCE = 2, RETRY = 15000, DELAYS = [0, 1000, 3000, 5000, 10000];
  const rows = new Set(); // { file, name, state, upload, node, said }
  document.documentElement.classList.add("uploads-here");
  zone.hidden = false;
  document.querySelectorAll("[data-link-form]:not([data-stays-open])").forEach((part) => part.removeAttribute("open"));

  // -- words ------------------------------------------------------------------
  const put = (text, values) => text.replace(/\{(\w+)\}/g, (all, key) => values[key] ?? all);
  const size = (bytes) => { if (bytes < 1048576) return `${Math.max(1, Math.round(bytes / 1024))} KB`; return bytes < 1073741824 ? `${(bytes / 1048576).toFixed(1)} MB` : `${(bytes / 1073741824).toFixed(2)} GB`; };
  const span = (seconds) => { if (seconds < 90) return put(words.seconds, { n: Math.ceil(seconds) }); return seconds < 5400 ? put(words.minutes, { n: Math.ceil(seconds / 60) }) : put(words.hours, { n: (seconds / 3600).toFixed(1) }); };
  const fold = (name) => name.normalize("NFC").toLowerCase().replace(/\s+/g, " ").trim();
  const ending = (name) => { const found = /[^.](\.[a-z0-9]+)$/i.exec(name.trim()); return found ? found[1].toLowerCase() : ""; };

  // -- what the browser knows before the first byte ------------------------------
  const whyNot = (file) => {
    if (file.folder) return words.folder;
    if (!file.size) return words.empty;
    if (file.size > facts.largest) return words.too_large;
    const last = ending(file.name), [most, said] = facts.limits[last] ?? [Infinity];
    if (last && !facts.accept.includes(last)) return put(words.kind, { ending: last });
    return file.size > most ? said : "";
  };
  const known = (name) => facts.names.includes(fold(name)) || [...rows].some((row) => !["refused", "asked"].includes(row.state) && fold(row.name) === fold(name));

  function take(files) {
    const room = facts.most - [...rows].filter((row) => row.state !== "done").length;
    for (const [place, file] of [...files].entries()) {
      const why = place >= room ? put(words.too_many, { n: facts.most }) : whyNot(file), twice = known(file.name);
      const row = { file, name: file.name.normalize("NFC"), state: "waits", percent: 0, required: forRow };
      row.node = draw(row);
      rows.add(row);
      if (why) refuse(row, why);
      else if (twice) turn(row, "asked", words.same_name);
      else turn(row, "waits", words.waits);
    }
    pump();
    list.lastElementChild?.scrollIntoView({ block: "nearest" });
  }

  // -- rows ---------------------------------------------------------------------
  function draw(row) {
    const node = pattern.content.firstElementChild.cloneNode(true);
    node.querySelector("[data-name]").textContent = row.name;
    node.querySelector("[data-size]").textContent = row.file.size ? size(row.file.size) : "";
    node.querySelector("progress").setAttribute("aria-label", row.name);
    node.querySelectorAll("[data-act]").forEach((button) => {
      button.setAttribute("aria-label", `${button.textContent.trim()}: ${row.name}`);
      button.addEventListener("click", () => acts[button.dataset.act](row));
    });
    list.append(node);
    list.hidden = false;
    return node;
  }
  // Which buttons a row has in which state.
  const BUTTONS = { asked: "anyway leave", waits: "leave", sending: "pause leave", paused: "go leave", later: "go leave", checking: "", done: "", ready: "leave", refused: "hide" };
  function turn(row, state, said = "") {
    row.state = state;
    row.node.dataset.state = state;
    row.node.querySelector("[data-said]").textContent = said;
    row.node.querySelector("[data-links]").replaceChildren();
    const shown = BUTTONS[state].split(" ");
    row.node.querySelectorAll("[data-act]").forEach((button) => { button.hidden = !shown.includes(button.dataset.act); });
    row.node.querySelector("[data-moving]").hidden = !["sending", "paused", "later"].includes(state);
    tell();
  }
  function refuse(row, why) {
    turn(row, "refused", `${words.refused} ${why}`);
    row.node.querySelector("[data-said]").setAttribute("role", "alert");
  }
  function tell() {
    const count = (...states) => [...rows].filter((row) => states.includes(row.state)).length;
    const refused = count("refused"), asked = count("asked"), values = { done: count("done", "ready"), all: rows.size, refused, asked };
    const said = put(refused ? words.summary_refused : words.summary, values);
    cure();
    summary.textContent = rows.size > 1 ? said + (asked ? put(words.summary_asked, values) : "") : "";
  }
  // "Choose a file", said by the server, holds until one is chosen that is not refused, or a link given.
  const lack = document.querySelector("[data-lacks-file]"), address = document.getElementById("id_url");
  function cure() { if (lack) lack.hidden = Boolean(address?.value.trim()) || [...rows].some((row) => !["refused", "asked"].includes(row.state)); }
  address?.addEventListener("input", cure);
  const acts = {
    anyway: (row) => { turn(row, "waits", words.waits); pump(); },
    pause: (row) => { row.upload.abort(); turn(row, "paused", put(words.paused, { percent: row.percent })); pump(); },
    go: (row) => { clearTimeout(row.timer); turn(row, "waits", words.waits); pump(); },
    hide: (row) => {
      // Read here, it need not stand on the page once more.
      if (row.state === "refused" && row.upload?.url) row.upload.abort(true).catch(() => { /* it expires by itself */ });
      rows.delete(row); row.node.remove(); tell();
    },
    leave: (row) => {
      clearTimeout(row.timer);
      if (row.upload) row.upload.abort(row.state !== "done").catch(() => { /* it expires by itself */ });
      acts.hide(row);
      pump();
    },
  };

  // -- sending ------------------------------------------------------------------
  const token = () => (document.cookie.match(/(?:^|; )csrftoken=([^;]+)/) || ["", ""])[1];
  const prepare = (request) => { request.setHeader("X-CSRFToken", token()); request.setHeader("X-Writer", String(facts.user)); };
  const print = (file) => [facts.user, facts.endpoint, facts.item, facts.purpose, file.name.normalize("NFC"), file.size, file.lastModified].join("|");

  function pump() {
    const all = [...rows], busy = all.filter((row) => row.state === "sending" || row.state === "checking").length;
    // Begun one after the other: the server lists them in the order in which they were chosen.
    const begins = all.some((row) => row.state === "sending" && !row.upload?.url);
    if (!begins && busy < AT_ONCE) all.filter((row) => row.state === "waits").slice(0, 1).forEach(send);
  }
  // The client begins anew when no answer says how far an upload is: right for one that is gone, not for
  // who is signed out or a server that is being restarted.
  function keepAddress(request, answer) {
    const status = answer.getStatus();
    if (request.getMethod() === "HEAD" && status >= 300 && ![404, 410, 423].includes(status)) throw Object.assign(new Error("no offset"), { status });
  }
  const statusOf = (error) => error.originalResponse?.getStatus() ?? error.causingError?.status ?? 0;
  const passes = (error) => { const status = statusOf(error); return navigator.onLine && (status < 400 || status >= 500 || status === 423 || stands(error)); };
  const stands = (error) => statusOf(error) === 409 && Boolean(error.originalResponse?.getHeader("Upload-Offset"));
  async function send(row) {
    turn(row, "sending");
    row.seen = [];
    if (!row.upload) {
      row.upload = new tus.Upload(row.file, {
        endpoint: facts.endpoint, chunkSize: facts.piece, retryDelays: DELAYS, removeFingerprintOnSuccess: true,
        metadata: { filename: row.name, item: facts.item, row: row.required, purpose: facts.purpose },
        fingerprint: (file) => Promise.resolve(print(file)), onBeforeRequest: prepare,
        onUploadUrlAvailable: () => { forget(row.upload.url); pump(); }, onAfterResponse: keepAddress, onShouldRetry: passes,
        onProgress: (sent, all) => progress(row, sent, all), onSuccess: () => outcome(row), onError: (error) => trouble(row, error),
      });
      const before = await row.upload.findPreviousUploads();
      if (before.length) { row.upload.resumeFromPreviousUpload(before[0]); row.goesOn = true; }
    }
    if (row.state === "sending") row.upload.start();
  }
  // What the server listed as unfinished is in the rows now.
  function forget(url) { document.querySelectorAll("[data-unfinished]").forEach((node) => { if (new URL(node.dataset.unfinished, location.href).pathname === new URL(url, location.href).pathname) node.remove(); }); }

  function progress(row, sent, all) {
    if (row.state !== "sending") return;
    const now = Date.now();
    row.seen.push([now, sent]);
    while (row.seen.length > 2 && now - row.seen[0][0] > 10000) row.seen.shift();
    row.percent = Math.floor(sent / all * 100);
    row.node.querySelector("progress").value = row.percent;
    const [since, from] = row.seen[0], rate = (sent - from) / Math.max(1, now - since) * 1000;
    const moving = put(words.sending, { percent: row.percent, sent: size(sent), size: size(all) });
    row.node.querySelector("[data-moving]").textContent = rate > 0 && now - since > 900 ? `${moving} · ${put(words.speed, { speed: size(rate), left: span((all - sent) / rate) })}` : moving;
    if (row.goesOn) { row.node.querySelector("[data-said]").textContent = put(words.goes_on, { percent: row.percent }); row.goesOn = false; }
  }

  function trouble(row, error) {
    const answer = error.originalResponse, status = statusOf(error);
    let said = status === 401 ? words.signed_out : "";
    try { said = JSON.parse(answer.getBody()).message || said; } catch { /* no answer, or a page */ }
    // Gone from the server: begun anew, once it was there at all.
    if ((status === 410 || status === 404) && row.upload.url) { row.upload = null; turn(row, "waits", words.waits); pump(); return; }
    if (status >= 400 && status < 500 && ![401, 403, 423].includes(status) && !stands(error)) refuse(row, said || words.trouble);
    else if (status) later(row, `${said || words.trouble} ${status === 403 ? "" : words.again}`, status);
    else later(row, words.offline);
    pump();
  }
  const link = (href, text, name = "") => Object.assign(document.createElement("a"), { href, textContent: text, className: name });
  // In another tab: this page has the file.
  const offerSignIn = (row) => row.node.querySelector("[data-links]").replaceChildren(Object.assign(link(facts.sign_in, words.sign_in, "nowrap"), { target: "_blank", rel: "noopener" }));
  // Gone on with by itself: after a while, when the line is back, when the person comes back.
  function later(row, said, status = 0) {
    turn(row, "later", said);
    if (status === 401) offerSignIn(row);
    clearTimeout(row.timer);
    row.timer = setTimeout(() => acts.go(row), RETRY);
  }
  const retryAll = () => rows.forEach((row) => { if (row.state === "later") acts.go(row); });
  window.addEventListener("online", retryAll);
  window.addEventListener("focus", retryAll);

  // -- what became of it ----------------------------------------------------------
  const why = async (answer) => { try { return answer.ok || answer.status === 423 ? "" : (await answer.json()).message; } catch { return ""; } };
  async function outcome(row, tries = 0) {
    turn(row, "checking", words.checking);
    let found = null, status = 0;
    try {
      const answer = await fetch(row.upload.url, { credentials: "same-origin", headers: { "Tus-Resumable": "1.0.0", "X-Writer": String(facts.user) } });
      status = answer.status;
      found = await answer.json();
      // Whole, but its server died before the end: the last piece once more, without a byte in it.
      // Its answer says what it waits for: a full disk, a storage that is away.
      if (found.state === "receiving" && tries) found.message = await why(await fetch(row.upload.url, { method: "PATCH", credentials: "same-origin", headers: { "Tus-Resumable": "1.0.0", "Upload-Offset": String(found.size), "Content-Type": "application/offset+octet-stream", "X-CSRFToken": token() } }));
    } catch { /* no line: asked again below */ }
    if (found && status === 404) { refuse(row, found.message); pump(); return; }
    // Less is here than was sent: lost with the server's power, or put back from a backup.
    if (found?.state === "receiving" && found.offset < found.size) { acts.go(row); return; }
    if (!found || !["done", "refused"].includes(found.state)) { if (found?.message) row.node.querySelector("[data-said]").textContent = found.message; if (status === 401) offerSignIn(row); setTimeout(() => outcome(row, tries + 1), Math.min(30, 2 + tries) * 1000); return; }
    if (found.state === "refused") refuse(row, found.said); else finished(row, found);
    pump();
  }
  function finished(row, found) {
    if (!found.location) {
      turn(row, "ready", words.ready);
      row.node.append(Object.assign(document.createElement("input"), { type: "hidden", name: "uploads", value: row.upload.url.split("/").at(-2) }));
      return;
    }
    turn(row, "done", found.said || words.done);
    row.node.querySelector("[data-links]").replaceChildren(link(found.location, found.title), " · ", link(`${found.location}edit/`, words.facts, "nowrap"));
    facts.names.push(fold(row.name));
    if (!found.said) together(row, found);
    if (![...rows].some((one) => ["waits", "sending", "checking"].includes(one.state))) refresh();
  }
  // "These belong together": offered from the second piece on.
  function together(row, found) {
    Object.assign(row, { found, piece: `piece-${found.evidence}` });
    const box = document.querySelector("[data-join]"), all = [...rows];
    if (!box || document.getElementById(row.piece)) return;
    const line = box.querySelector("template").content.firstElementChild.cloneNode(true), tick = line.querySelector("[name=pieces]");
    tick.value = line.querySelector("[name=offered]").value = found.evidence; tick.id = row.piece;
    Object.assign(line.querySelector("label"), { htmlFor: tick.id, textContent: found.title });
    // As they were chosen, whichever came first: the pages of a scan.
    const next = all.slice(all.indexOf(row) + 1).map((one) => one.piece && document.getElementById(one.piece)).find(Boolean);
    box.querySelector("[data-pieces]").insertBefore(line, next?.closest("[data-piece]") ?? null);
    box.hidden = box.querySelectorAll("[data-pieces] [name=pieces]").length < 2;
  }
  // A refusal stands in the box itself; what was brought while it was asked for is offered there, too.
  document.body.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (!detail.requestConfig?.elt.matches("[data-join]")) return;
    rows.forEach((row) => { if (row.found) together(row, row.found); });
    if (!detail.target.matches("[data-join]")) detail.target.scrollIntoView({ block: "center" });
  });
  document.body.addEventListener("htmx:beforeOnLoad", ({ detail }) => {
    if (detail.elt.matches("[data-join]") && detail.xhr.status === 200) detail.elt.dispatchEvent(new Event("saved", { bubbles: true }));
  });
  // The parts of the page that show what is here, as the server has them now.
  async function refresh() {
    const parts = [...document.querySelectorAll("[data-fresh]")];
    if (!parts.length) return;
    try {
      const answer = await fetch(location.href, { credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      parts.forEach((part) => { const fresh = page.getElementById(part.id); if (fresh) part.replaceWith(fresh); });
    } catch { /* they are right again when the page is opened anew */ }
  }

  // -- where files come from --------------------------------------------------------
  zone.querySelectorAll("input[type=file]").forEach((input) => input.addEventListener("change", () => {
    const camera = input.hasAttribute("capture");
    take([...input.files].map((file) => (camera || /^image\.(jpe?g|png)$/i.test(file.name) ? named(file, words.photograph) : file)));
    input.value = "";
    forRow = facts.row || "";
  }));
  // The page's main button: the zone comes into view, the keyboard is on its chooser.
  function bringHere() {
    zone.querySelector(".drop-zone").scrollIntoView({ block: "center" });
    zone.querySelector("input[type=file]").focus({ preventScroll: true });
  }
  document.addEventListener("click", (event) => {
    if (!event.target.closest("a[href='#add-evidence']")) return;
    event.preventDefault();
    bringHere();
  });
  // After the browser went to the place of the address by itself, which takes the focus away.
  if (location.hash === "#add-evidence") window.addEventListener("load", () => requestAnimationFrame(() => setTimeout(bringHere, 0)));
  // "Upload" beside a required piece of evidence: what is chosen next is that piece.
  document.addEventListener("click", (event) => {
    const asked = event.target.closest("[data-upload-row]");
    if (!asked) return;
    event.preventDefault();
    forRow = asked.dataset.uploadRow;
    zone.scrollIntoView({ block: "center" });
    zone.querySelector("input[type=file]").click();
  });
  zone.querySelectorAll("input[type=file]").forEach((input) => input.addEventListener("cancel", () => { forRow = facts.row || ""; }));
  zone.addEventListener("click", (event) => { if (event.isTrusted) forRow = facts.row || ""; }); // not ours, the person's
  // Cameras and clipboards call every picture the same.
  function named(file, pattern_) {
    const at = new Date(file.lastModified || Date.now()), two = (n) => String(n).padStart(2, "0");
    const time = `${at.getFullYear() + 543}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}.${two(at.getMinutes())}.${two(at.getSeconds())}`;
    return new File([file], `${put(pattern_, { time })}${ending(file.name) || ".png"}`, { type: file.type, lastModified: file.lastModified });
  }
  const brings = (event) => [...(event.dataTransfer?.types || [])].includes("Files");
  const cover = (on) => { if (!overlay) return; overlay.hidden = !on; if (overlay.showPopover) { if (on && !overlay.matches(":popover-open")) overlay.showPopover(); else if (!on && overlay.matches(":popover-open")) overlay.hidePopover(); } };
  document.addEventListener("dragenter", (event) => { if (brings(event)) { event.preventDefault(); cover(true); } });
  document.addEventListener("dragover", (event) => { if (brings(event)) { event.preventDefault(); Object.assign(event.dataTransfer, { dropEffect: "copy" }); } });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) cover(false); });
  document.addEventListener("drop", (event) => {
    if (!brings(event)) return;
    event.preventDefault(); cover(false);
    const folders = new Set([...event.dataTransfer.items].filter((one) => one.webkitGetAsEntry?.()?.isDirectory).map((one) => one.webkitGetAsEntry().name));
    take([...event.dataTransfer.files].map((file) => (folders.has(file.name) ? { name: file.name, size: 0, folder: true } : file)));
  });
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files || [])], types = [...(event.clipboardData?.types || [])];
    // Word puts a picture of copied text beside the text: in a box, text is what is meant.
    if (!files.length || (types.includes("text/plain") && event.target.closest?.("input, textarea"))) return;
    event.preventDefault();
    take(files.map((file) => (file.type.startsWith("image/") ? named(file, words.screenshot) : file)));
  });

  // -- leaving ------------------------------------------------------------------------
  // Also what waits for the person: a question that is open, an upload that they paused.
  const underWay = () => [...rows].some((row) => !["done", "ready", "refused"].includes(row.state));
  form?.addEventListener("submit", (event) => {
    if (!underWay()) return;
    event.preventDefault(); event.stopImmediatePropagation();
    summary.textContent = words.wait;
    summary.scrollIntoView({ block: "center" });
  }, true);
  window.addEventListener("beforeunload", (event) => { if (underWay()) event.preventDefault(); });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-discard]");
    if (!button) return;
    const node = button.closest("[data-unfinished]");
    fetch(node.dataset.unfinished, { method: "DELETE", credentials: "same-origin", headers: { "Tus-Resumable": "1.0.0", "X-CSRFToken": token() } }).then((answer) => { if (answer.ok || answer.status === 404 || answer.status === 410) node.remove(); }, () => { /* it stands there still */ });
  });
})();
