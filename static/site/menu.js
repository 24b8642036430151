// The header's two menus: a button with aria-controls shows and hides what it names.
// The person's own one closes by Escape, by a click beside it, by leaving it, and is walked by arrows.
(() => {
  "use strict";
  const menuOf = (button) => document.getElementById(button.getAttribute("aria-controls"));
  const isOpen = (button) => button.getAttribute("aria-expanded") === "true";
  const set = (button, open) => {
    button.setAttribute("aria-expanded", String(open));
    button.classList.toggle("show", open);
    menuOf(button).classList.toggle("show", open);
  };
  const buttons = [...document.querySelectorAll(".site-header button[aria-controls]")];
  buttons.forEach((button) => { button.addEventListener("click", () => { set(button, !isOpen(button)); }); });

  const step = (button, key) => {
    const entries = [...menuOf(button).querySelectorAll(".dropdown-item")];
    const at = entries.indexOf(document.activeElement);
    const next = key === "ArrowDown" ? at + 1 : at < 0 ? entries.length - 1 : at - 1;
    entries[Math.min(Math.max(next, 0), entries.length - 1)].focus();
  };
  buttons.filter((button) => menuOf(button).matches(".dropdown-menu")).forEach((button) => {
    const holder = button.parentElement;
    holder.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && isOpen(button)) {
        set(button, false);
        button.focus();
      } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        set(button, true);
        step(button, event.key);
      }
    });
    document.addEventListener("click", (event) => { if (!holder.contains(event.target)) set(button, false); });
    holder.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !holder.contains(event.relatedTarget)) set(button, false);
    });
  });
})();
