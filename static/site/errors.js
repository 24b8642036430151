// The first field that is wrong comes into view and gets the focus, so that it is read out with
// what is said beside it; an enclosing <details> is opened first. What only wraps a field takes no
// focus and is passed over. Where no field is wrong, what is said of the whole form gets it.
(() => {
  const FIELDS = "input:not([type=hidden]), select, textarea, [tabindex]";
  const show = (root) => {
    const whole = root.querySelector("form .alert-danger, form .errorlist.nonfield");
    const wrong = [...root.querySelectorAll("[aria-invalid=true], .is-invalid")].find((box) => box.matches(FIELDS)) || whole;
    if (!wrong) return;
    if (wrong === whole) whole.tabIndex = -1;
    for (let box = wrong.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    wrong.scrollIntoView({ block: "center" });
    wrong.focus({ preventScroll: true });
  };
  document.addEventListener("DOMContentLoaded", () => show(document));
  document.addEventListener("answered", (event) => show(event.target));
  document.addEventListener("htmx:afterSettle", (event) => show(event.detail.elt));
})();
