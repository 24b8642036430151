// Turning pages by the arrow keys, and the next page's picture fetched ahead. All works without.
(() => {
  "use strict";
  const turn = (way) => document.querySelector(`[data-look-page="${way}"]`)?.click();
  const typing = (target) => target.closest("input, textarea, select, video, audio, [contenteditable]");
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || typing(event.target)) return;
    const stage = event.target.closest(".look-stage");
    if (stage && stage.scrollWidth > stage.clientWidth) return; // the arrows move the page itself
    if (event.key === "ArrowLeft") turn("before");
    if (event.key === "ArrowRight") turn("after");
  });
  const ahead = () => {
    const next = document.querySelector("[data-look-next]")?.dataset.lookNext;
    if (next) new Image().src = next;
  };
  addEventListener("load", ahead);
  document.addEventListener("htmx:afterSettle", ahead);
})();
