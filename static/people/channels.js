// Shows the fields of the chosen service only; without script all are there. Copies the calendar address.
(() => {
  "use strict";
  const form = document.querySelector("[data-channel-form]");
  const service = form && form.querySelector("[name=service]");
  const fit = () => form.querySelectorAll("[data-for]").forEach((part) => {
    part.hidden = !part.dataset.for.split(" ").includes(service.value);
  });
  if (service) { service.addEventListener("change", fit); fit(); }
  document.querySelectorAll("[data-copy]").forEach((button) => {
    const field = document.getElementById(button.dataset.copy);
    button.hidden = false;
    button.addEventListener("click", () => {
      field.select();
      // Over plain HTTP browsers offer no clipboard; the old way still works there.
      if (navigator.clipboard) navigator.clipboard.writeText(field.value); else document.execCommand("copy");
      button.textContent = button.dataset.done;
    });
  });
})();
