"use strict";
(() => {
  const spans = JSON.parse(document.getElementById("data").textContent);
  const tree = document.getElementById("tree"), search = document.getElementById("search");
  const filter = document.getElementById("filter"), count = document.getElementById("count");
  const OPEN_AT_FIRST = 300; // rows that a reader is shown without asking for them

  // Depth, children, and the time that each attempt took, which its bars are drawn against.
  spans.forEach((span, index) => {
    const parent = spans[span.parent];
    span.index = index;
    span.depth = parent ? parent.depth + 1 : 0;
    span.attempt = parent ? parent.attempt : span;
    span.children = [];
    if (parent) parent.children.push(index);
    const end = span.start + (span.seconds || 0);
    span.attempt.end = Math.max(span.attempt.end || 0, end);
    span.text = [span.title, span.figures, ...span.details.map((one) => one[1])].join("\n").toLowerCase();
  });
  const open = new Set(), rows = new Map();
  const deep = spans.length > OPEN_AT_FIRST ? 1 : Infinity;
  spans.forEach((span) => { if (span.depth < deep) open.add(span.index); });

  function element(kind, name, text) {
    const made = document.createElement(kind);
    if (name) made.className = name;
    if (text) made.textContent = text;
    return made;
  }

  function rowOf(span) {
    if (rows.has(span.index)) return rows.get(span.index);
    const row = element("div", `row ${span.kind} ${span.state}`);
    row.dataset.index = span.index;
    row.tabIndex = -1;
    row.setAttribute("role", "treeitem");
    row.setAttribute("aria-level", span.depth + 1);
    row.style.setProperty("--depth", Math.min(span.depth, 12));
    const name = element("div", "name");
    const mark = element("span", "mark", span.mark);
    mark.title = span.state;
    const title = element("span", "title", span.title);
    title.dir = "auto";
    const note = element("span", span.error ? "note failure" : "note", span.error || [span.input, span.figures].filter(Boolean).join("  "));
    note.dir = "auto";
    name.append(element("span", "twist"), mark, title, note);
    const track = element("div", "track"), bar = element("div", "bar");
    const whole = span.attempt.end || 1, seconds = span.seconds === null ? Math.max(whole - span.start, 0) : span.seconds;
    bar.style.left = `${Math.min(100 * span.start / whole, 99.5)}%`;
    bar.style.width = `${Math.max(100 * seconds / whole, 0)}%`;
    bar.style.maxWidth = `${Math.max(100 - 100 * span.start / whole, 0.5)}%`;
    track.append(bar);
    row.append(name, track, element("div", "time", span.time || (span.seconds === null ? span.state : "")), element("div", "cost", span.cost));
    rows.set(span.index, row);
    return row;
  }

  function wanted() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean), kind = filter.value;
    if (!words.length && !kind) return null;
    const found = new Set(), shown = new Set();
    for (const span of spans) {
      const fits = !kind || span.kind === kind || span.state === kind || (kind === "failed" && span.kind === "retry");
      if (!fits || !words.every((word) => span.text.includes(word))) continue;
      found.add(span.index);
      for (let one = span; one && !shown.has(one.index); one = spans[one.parent]) shown.add(one.index);
    }
    return { found, shown };
  }

  function draw() {
    const result = wanted(), visible = [];
    let hidden = -1; // depth from which on spans are inside a closed one
    for (const span of spans) {
      if (result) {
        if (!result.shown.has(span.index)) continue;
      } else {
        if (hidden >= 0 && span.depth > hidden) continue;
        hidden = open.has(span.index) ? -1 : span.depth;
      }
      const row = rowOf(span), isOpen = result ? true : open.has(span.index);
      row.querySelector(".twist").textContent = span.children.length ? (isOpen ? "▾" : "▸") : "";
      if (span.children.length) row.setAttribute("aria-expanded", isOpen);
      row.style.opacity = result && !result.found.has(span.index) ? 0.6 : "";
      visible.push(row);
      if (span.box) visible.push(span.box);
    }
    tree.replaceChildren(...visible);
    if (!visible.length) tree.append(element("p", "none", "Nothing fits."));
    else if (!tree.querySelector(".row[tabindex='0']")) tree.querySelector(".row").tabIndex = 0;
    const total = spans.length.toLocaleString("en");
    count.textContent = result ? `${result.found.size.toLocaleString("en")} of ${total} spans` : `${total} spans`;
  }

  function toggleDetails(span) {
    if (span.box) span.box = null;
    else {
      span.box = element("dl", "details");
      for (const [label, value] of span.details) {
        const cell = element("dd", label === "Given" || label === "Error" ? "code" : "", value);
        cell.dir = "auto";
        span.box.append(element("dt", "", label), cell);
      }
    }
    draw();
  }

  function focus(row) {
    if (!row) return;
    tree.querySelectorAll(".row[tabindex='0']").forEach((one) => { one.tabIndex = -1; });
    row.tabIndex = 0;
    row.focus();
  }

  function step(row, direction) {
    let next = row;
    do next = direction > 0 ? next.nextElementSibling : next.previousElementSibling;
    while (next && !next.classList.contains("row"));
    focus(next);
  }

  function setOpen(span, value) {
    if (value) open.add(span.index); else open.delete(span.index);
    draw();
    focus(rowOf(span));
  }

  tree.addEventListener("click", (event) => {
    const row = event.target.closest(".row");
    if (!row) return;
    const span = spans[row.dataset.index];
    if (event.target.closest(".twist") && span.children.length && !wanted()) setOpen(span, !open.has(span.index));
    else { toggleDetails(span); focus(row); }
  });
  tree.addEventListener("keydown", (event) => {
    const row = event.target.closest(".row");
    if (!row) return;
    const span = spans[row.dataset.index];
    const keys = {
      ArrowDown: () => step(row, 1),
      ArrowUp: () => step(row, -1),
      ArrowRight: () => { if (span.children.length) setOpen(span, true); },
      ArrowLeft: () => { if (open.has(span.index) && span.children.length) setOpen(span, false); else if (spans[span.parent]) focus(rowOf(spans[span.parent])); },
      Enter: () => { toggleDetails(span); focus(row); },
      " ": () => { toggleDetails(span); focus(row); },
    };
    if (keys[event.key]) { event.preventDefault(); keys[event.key](); }
  });
  let timer;
  search.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(draw, 120); });
  filter.addEventListener("change", draw);
  document.getElementById("expand").addEventListener("click", () => { spans.forEach((span) => open.add(span.index)); draw(); });
  document.getElementById("collapse").addEventListener("click", () => { open.clear(); draw(); });
  draw();
})();
