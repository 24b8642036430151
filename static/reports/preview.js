// The page of a paper beside its form: asks for it a second after the typing stops, and puts the
// new pictures in place of the old ones, each when it is decoded. Nothing jumps, nothing flickers.
// Once the paper is no draft any more (proposed in another window) it asks no more.
(() => {
  "use strict";
  const pane = document.querySelector("[data-preview]");
  const form = pane && pane.closest("form");
  if (!form || !window.htmx) return;
  const PAUSE = 1000;
  const wide = window.matchMedia("(min-width: 992px)");
  const body = pane.querySelector(".preview-body");
  const toggle = pane.querySelector(".preview-toggle");
  const status = pane.querySelector("#preview-status");
  const list = pane.querySelector("#preview-pages");
  let timer = 0, opened = false, stale = true, over = false;

  const ask = () => {
    clearTimeout(timer);
    stale = true;
    if (body.hidden || over) return;
    stale = false;
    htmx.trigger(status, "preview");
  };
  const fit = () => {
    body.hidden = !(wide.matches || opened);
    toggle.setAttribute("aria-expanded", String(!body.hidden));
    toggle.querySelector("[data-closed]").hidden = !body.hidden;
    toggle.querySelector("[data-open]").hidden = body.hidden;
    if (stale) ask();
  };
  const typed = () => { stale = true; clearTimeout(timer); timer = setTimeout(ask, PAUSE); };

  // A picture that does not come, because a newer request took its place, leaves the old one.
  const put = (item, fresh) => {
    const image = fresh.querySelector("img");
    const loader = new Image();
    loader.src = image.getAttribute("src");
    loader.decode().then(() => {
      item.dataset.page = fresh.dataset.page;
      item.replaceChildren(loader);
      loader.alt = image.alt;
      loader.width = image.width;
      loader.height = image.height;
    }).catch(() => {});
  };
  const show = (fresh) => {
    fresh.forEach((page, number) => {
      const item = list.children[number] || list.appendChild(document.createElement("li"));
      if (item.dataset.page === page.dataset.page) item.querySelector("img").alt = page.querySelector("img").alt;
      else put(item, page);
    });
    while (list.children.length > fresh.length) list.lastElementChild.remove();
  };

  form.addEventListener("input", typed);
  form.addEventListener("change", typed);
  form.addEventListener("click", (event) => {
    if (event.target.closest("[data-preview-again]")) ask();
  });
  toggle.addEventListener("click", () => { opened = body.hidden; fit(); });
  wide.addEventListener("change", fit);
  status.addEventListener("htmx:afterSwap", () => {
    over = status.querySelector("[data-preview-over]") !== null;
    const result = status.querySelector("[data-preview-result]");
    if (result) show([...result.content.querySelectorAll("li")]);
  });
  pane.hidden = false;
  // htmx hears its elements from this moment on, and it was first to wait for it.
  document.addEventListener("DOMContentLoaded", fit);
})();
