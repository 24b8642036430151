// Page behaviour shared by every screen. No page needs it to work.
(() => {
  "use strict";
  // A form is sent once: its button rests until the answer comes. Forms that stay on the page opt out.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.resend !== undefined || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(() => form.querySelectorAll("button:not([type=button]):enabled").forEach((b) => { b.disabled = true; b.dataset.rests = ""; }), 0);
    setTimeout(() => wake(form), 8000);
  });
  const wake = (form) => {
    delete form.dataset.sent;
    form.querySelectorAll("[data-rests]").forEach((b) => { b.disabled = false; delete b.dataset.rests; });
  };
  // Back to a page whose form was sent: it can be sent again.
  window.addEventListener("pageshow", () => { document.querySelectorAll("form[data-sent]").forEach(wake); });
  // Where am I in the menu?
  const here = location.pathname;
  let best = null;
  document.querySelectorAll(".site-header a.nav-link").forEach((link) => {
    const path = link.getAttribute("href");
    if ((path === "/" ? here === "/" : here.startsWith(path)) && (!best || path.length > best.getAttribute("href").length)) best = link;
  });
  if (best) best.setAttribute("aria-current", "page");
  // On a telephone the parts of a year stand in a row that is pushed sideways: show the present one.
  const tab = document.querySelector(".section-nav [aria-current]");
  if (tab) {
    const row = tab.closest("ul"), over = tab.getBoundingClientRect().right - row.getBoundingClientRect().right;
    if (over > 0) row.scrollLeft += over + 24;
  }
  // On a phone the parts of a page's menu scroll sideways: begin at the one that is open.
  document.querySelectorAll(".section-nav [aria-current]").forEach((link) => {
    const strip = link.closest("ul");
    strip.scrollLeft = link.offsetLeft - strip.offsetLeft - (strip.clientWidth - link.offsetWidth) / 2;
  });
  // Who is led to a part further down reads there, and not at the head of the page, what was done.
  // Without a script it stays at the top of the window (site.css).
  const said = document.getElementById("messages"), led = document.getElementById(location.hash.slice(1));
  if (said?.childElementCount && led?.closest("main")) {
    for (let part = led.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
    const beside = Object.assign(document.createElement("div"), { className: "said-here" });
    beside.append(...said.children);
    if (/^H\d$/.test(led.tagName)) led.after(beside); else (led.cells?.[0] || led).prepend(beside);
    beside.scrollIntoView({ block: "center" });
  }
  // A failed htmx request says so and loses nothing.
  const toast = document.getElementById("toast");
  const failed = (event) => { if (toast && event.target.id !== "notifications-badge") { toast.hidden = false; setTimeout(() => { toast.hidden = true; }, 8000); } };
  document.body.addEventListener("htmx:sendError", failed);
  document.body.addEventListener("htmx:responseError", failed);
  document.body.addEventListener("htmx:timeout", failed);
  // A select or checkbox with data-autosubmit sends its form when it changes.
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-autosubmit]")) event.target.form.requestSubmit();
  });
  // Leaving with unsaved text is asked about.
  let dirty = false;
  document.addEventListener("input", (event) => { if (event.target.closest("[data-guard]")) dirty = true; });
  document.addEventListener("submit", () => { dirty = false; });
  window.addEventListener("beforeunload", (event) => { if (dirty && document.body.dataset.leaving === undefined) event.preventDefault(); });
})();
