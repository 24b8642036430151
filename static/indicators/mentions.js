// Names behind an @ in a comment: the list of colleagues opens below the box as one types. Without
// it the server reads the names all the same. The people come once, with the first @ of a page:
// an office has two hundred at most, and a slow line is asked nothing more.
(() => {
  "use strict";
  const frame = document.querySelector("[data-people]"), words = document.getElementById("mention-words")?.content;
  if (!frame || !words) return;
  const SHOWN = 8, QUERY = /(?:^|[^A-Za-z0-9._%+-])[@＠]([^@＠\n]{0,60})$/;
  const word = (name) => words.querySelector(`[data-word=${name}]`).textContent.trim();
  const keyOf = (text) => text.normalize("NFC").replace(/ํา/g, "ำ").replace(/\s/g, "").toLowerCase();
  let people = null;
  async function ask() {
    const answer = await fetch(frame.dataset.people, { headers: { Accept: "application/json" } });
    if (!answer.ok || answer.redirected) throw new Error("no people");
    return (await answer.json()).people.map((one) => Object.assign(one, { key: keyOf(one.name) }));
  }
  const load = () => { people = people || ask().catch(() => { people = null; return []; }); return people; };

  function found(all, text) {
    const key = keyOf(text);
    if (text && (!key || /^\s/.test(text))) return [];
    if (/\s$/.test(text) && all.some((one) => one.key === key)) return []; // a whole name stands there
    const hits = all.map((one) => ({ one, place: one.key.indexOf(key) })).filter((hit) => hit.place >= 0);
    hits.sort((a, b) => a.place - b.place || a.one.key.length - b.one.key.length);
    return hits.slice(0, SHOWN).map((hit) => hit.one);
  }

  function watch(box) {
    const list = Object.assign(document.createElement("ul"), { id: `${box.id}-people`, className: "mention-list", hidden: true });
    const said = Object.assign(document.createElement("span"), { className: "visually-hidden" });
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", word("list"));
    said.setAttribute("role", "status");
    box.after(list, said);
    box.parentElement.classList.add("mention-frame");
    box.setAttribute("aria-autocomplete", "list");
    box.setAttribute("aria-haspopup", "listbox");
    let shown = [], all = [], active = 0, left = -1;

    const close = () => {
      list.hidden = true;
      shown = [];
      said.textContent = "";
      ["aria-controls", "aria-activedescendant"].forEach((name) => box.removeAttribute(name));
    };
    const mark = (number) => {
      active = (number + shown.length) % shown.length;
      [...list.children].forEach((row, place) => row.setAttribute("aria-selected", place === active));
      list.children[active].scrollIntoView({ block: "nearest" });
      box.setAttribute("aria-activedescendant", list.children[active].id);
    };
    // Where the @ before the caret stands, and what follows it; null for none.
    const query = () => {
      const before = box.value.slice(0, box.selectionStart), hit = QUERY.exec(before);
      return hit && { at: before.length - hit[1].length - 1, text: hit[1] };
    };
    const show = () => {
      list.replaceChildren(...shown.map((one, number) => {
        const row = Object.assign(document.createElement("li"), { id: `${list.id}-${number}` });
        row.setAttribute("role", "option");
        row.append(Object.assign(document.createElement("strong"), { textContent: one.name }));
        if (one.more) row.append(" ", Object.assign(document.createElement("span"), { className: "muted", textContent: one.more }));
        return row;
      }));
      list.hidden = false;
      box.setAttribute("aria-controls", list.id);
      said.textContent = word("found").replace("#", shown.length);
      list.scrollIntoView({ block: "nearest" });
      mark(0);
    };
    async function look() {
      if (!query()) { left = -1; close(); return; }
      all = await load();
      const now = query(); // typing went on while the people came
      if (!now || now.at === left || document.activeElement !== box) { close(); return; }
      shown = found(all, now.text);
      if (shown.length) show(); else close();
    }
    function choose(number) {
      const one = shown[number], now = query();
      if (!one || !now) return;
      box.setRangeText(`@${one.name} `, now.at, box.selectionStart, "end");
      if (all.filter((other) => other.key === one.key).length > 1) {
        box.form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "meant", value: one.pk }));
      }
      close();
      box.dispatchEvent(new Event("input", { bubbles: true }));
    }

    box.addEventListener("input", look);
    box.addEventListener("click", look);
    box.addEventListener("blur", close);
    box.addEventListener("keydown", (event) => {
      if (list.hidden || event.isComposing) return;
      const deeds = { ArrowDown: () => mark(active + 1), ArrowUp: () => mark(active - 1), Enter: () => choose(active), Escape: () => { left = query()?.at ?? -1; close(); } };
      if (!deeds[event.key]) return;
      event.preventDefault();
      event.stopPropagation();
      deeds[event.key]();
    });
    list.addEventListener("pointerdown", (event) => event.preventDefault()); // the box keeps the focus
    list.addEventListener("click", (event) => {
      const row = event.target.closest("[role=option]");
      if (row) choose([...list.children].indexOf(row));
    });
  }
  document.querySelectorAll(".comment-form textarea").forEach(watch);

  // A link to a comment opens what is folded around it.
  function unfold() {
    const target = document.getElementById(location.hash.slice(1));
    if (!target?.closest(".discussions")) return;
    for (let part = target.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
    target.scrollIntoView();
  }
  window.addEventListener("hashchange", unfold);
  unfold();
})();
