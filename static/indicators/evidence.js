// Upload with progress. Without this script the same forms work as plain forms.
(() => {
  "use strict";
  const size = (bytes) => bytes < 1048576 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!input.matches("form[data-upload] input[type=file]")) return;
    const list = input.form.querySelector("[data-chosen]");
    list.replaceChildren(...[...input.files].map((file) => {
      const row = document.createElement("li");
      row.append(Object.assign(document.createElement("span"), { textContent: file.name.normalize("NFC") }), Object.assign(document.createElement("span"), { className: "nowrap muted", textContent: size(file.size) }));
      return row;
    }));
    list.hidden = !input.files.length;
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-upload]")) return;
    const input = form.querySelector("input[type=file]");
    if (!input.files.length) return;
    event.preventDefault(); event.stopImmediatePropagation();
    send(form);
  }, true);
  // Back to a page whose files were sent: others can be sent, and no old progress stands there.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    document.querySelectorAll("form[data-upload]").forEach((form) => {
      delete form.dataset.sending;
      const box = form.querySelector("[data-progress]");
      box.hidden = true;
      box.querySelector("progress").value = 0;
      box.querySelector("[data-progress-text]").textContent = "";
    });
  });
  function send(form) {
    if (form.dataset.sending) return;
    form.dataset.sending = "1";
    const box = form.querySelector("[data-progress]"), bar = box.querySelector("progress"), text = box.querySelector("[data-progress-text]");
    const request = new XMLHttpRequest();
    // On a telephone the button lies a screen below: what becomes of the press comes into view.
    const inView = () => { box.scrollIntoView({ block: "center" }); };
    const failed = () => { delete form.dataset.sending; text.textContent = form.dataset.failed; bar.hidden = true; inView(); };
    box.hidden = false; bar.hidden = false; bar.value = 0; text.textContent = "";
    inView();
    request.open("POST", form.action);
    request.setRequestHeader("X-Upload", "1");
    request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) { bar.value = event.loaded / event.total * 100; text.textContent = `${Math.round(bar.value)} % · ${size(event.loaded)} / ${size(event.total)}`; } });
    request.addEventListener("error", failed);
    request.addEventListener("abort", failed);
    request.addEventListener("load", () => {
      let answer = null;
      try { answer = JSON.parse(request.responseText); } catch { /* a page, not a direction */ }
      if (answer && answer.location) {
        form.dispatchEvent(new CustomEvent("saved", { bubbles: true }));
        const here = new URL(answer.location, location.href);
        if (here.pathname === location.pathname) { location.hash = here.hash; location.reload(); } else location.assign(here);
        return;
      }
      if (new URL(request.responseURL).pathname.startsWith("/accounts/")) { failed(); text.textContent = form.dataset.signedOut; return; }
      const main = new DOMParser().parseFromString(request.responseText, "text/html").querySelector("main");
      if (!main || request.status >= 500) { failed(); return; }
      document.querySelector("main").replaceWith(main);
      main.querySelector("[role=alert]")?.scrollIntoView({ block: "center" });
      main.focus({ preventScroll: true });
      main.dispatchEvent(new CustomEvent("answered", { bubbles: true })); // errors.js finds what is wrong
    });
    request.send(new FormData(form));
  }
})();
