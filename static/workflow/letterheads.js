// Buttons that put a field where the cursor stands; without script the codes can be typed.
document.querySelectorAll("[data-insert]").forEach((button) => {
  const text = document.getElementById("id_text");
  if (!text) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    text.setRangeText(button.dataset.insert, text.selectionStart, text.selectionEnd, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
    text.focus();
  });
});
