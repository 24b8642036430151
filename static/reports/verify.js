// Compares a file with the signed one: read in slices and hashed here, never sent anywhere.
(() => {
  "use strict";
  const box = document.querySelector("[data-checker]");
  // Browsers keep crypto.subtle from pages over plain HTTP, as in an office's own network.
  if (!box || typeof globalThis.sha256 !== "function") return;
  const SLICE = 2 * 1024 * 1024; // some 20 ms of hashing: the page stays awake
  const input = box.querySelector("[data-file]");
  const drop = box.querySelector("[data-drop]");
  const progress = box.querySelector("[data-progress]");
  const answer = box.querySelector("[data-answer]");
  let run = 0; // a second file ends the reading of the first

  const say = (what, name) => {
    const text = box.querySelector(`template[data-says="${what}"]`).content.cloneNode(true);
    const place = text.querySelector("[data-name]");
    if (place) place.textContent = `(${name})`;
    answer.replaceChildren(text);
  };

  const hash = async (file, mine) => {
    const sum = globalThis.sha256.create();
    for (let at = 0; at < file.size; at += SLICE) {
      sum.update(await file.slice(at, at + SLICE).arrayBuffer());
      if (mine !== run) return null;
      progress.value = Math.min(1, (at + SLICE) / file.size);
      await new Promise((done) => setTimeout(done));
    }
    return sum.hex();
  };

  const check = async (file) => {
    const mine = ++run;
    say("reading");
    progress.value = 0;
    progress.hidden = false;
    try {
      const found = await hash(file, mine);
      if (found !== null) say(found === box.dataset.sha256 ? "same" : "other", file.name);
    } catch {
      if (mine === run) say("unreadable");
    } finally {
      if (mine === run) progress.hidden = true;
    }
  };

  input.addEventListener("change", () => {
    if (input.files.length) check(input.files[0]);
    input.value = ""; // so that the same name chosen again is read again
  });
  // Anywhere on the page: a file dropped beside the field would otherwise be opened instead.
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("is-over");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) drop.classList.remove("is-over");
  });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("is-over");
    if (event.dataTransfer.files.length) check(event.dataTransfer.files[0]);
  });
  box.hidden = false;
  document.querySelector("[data-no-script]").hidden = true;
  document.querySelector("[data-by-hand]").open = false;
})();
