// The first field that is wrong comes into view and gets the focus, so that it is read out with
// what is said beside it; an enclosing <details> is opened first. What only wraps a field takes no
// focus and is passed over.
(() => {
  const FIELDS = "input:not([type=hidden]), select, textarea, [tabindex]";
  const show = (root) => {
    const wrong = [...root.querySelectorAll("[aria-invalid=true], .is-invalid")].find((box) => box.matches(FIELDS));
    if (!wrong) return;
    for (let box = wrong.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    wrong.scrollIntoView({ block: "center" });
    wrong.focus({ preventScroll: true });
  };
  document.addEventListener("DOMContentLoaded", () => show(document));
  document.addEventListener("htmx:afterSettle", (event) => show(event.detail.elt));
})();
