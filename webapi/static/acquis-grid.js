// Additions to the assessor's grid in a browser that runs scripts: keys that give an opinion (they can be turned off), the next
// competence without a mark, undoing a change of mark, and a warning when saving failed. Saving itself is htmx's; without
// scripts the form's buttons do all of it.
(function () {
  "use strict";
  var OFF = "acquis-grid-keys-off";
  var form = document.getElementById("grid"), keys = document.getElementById("keys");
  if (!form || !keys) { return; }
  var turn = document.getElementById("keys-switch");
  var lines = Array.prototype.slice.call(form.querySelectorAll("[data-line]"));
  var on = localStorage.getItem(OFF) === null;

  function shown() {
    keys.hidden = false;
    turn.textContent = on ? turn.dataset.on : turn.dataset.off;
  }
  turn.addEventListener("click", function () {
    on = !on;
    if (on) { localStorage.removeItem(OFF); } else { localStorage.setItem(OFF, "1"); }
    shown();
  });
  shown();

  var comps = form.querySelector(".comps"), asked = /^#c\d+$/.test(location.hash) && form.querySelector(location.hash);
  if (asked) {
    enter(asked);
  } else if (current()) {
    comps.scrollTop = Math.max(0, current().offsetTop - 60);
    mark(current()); // the line that a key would mark
  }

  // another page or piece comes beside what is typed: the form, which saves and leads there, is not sent
  function read(piece, page) {
    window.htmx.ajax("GET", form.dataset.here + "?piece=" + piece + "&page=" + page, { target: "#viewer", swap: "outerHTML" });
  }
  document.addEventListener("click", function (event) {
    var go = event.target.closest("[name=go]");
    if (go && window.htmx) { event.preventDefault(); read.apply(null, go.value.split(":")); }
  });
  document.addEventListener("change", function (event) {
    if (event.target.id === "piece" && window.htmx) { read(event.target.value, 1); }
  });

  function leaf(way) {
    var button = document.querySelector("#viewer " + way + ":not(:disabled)");
    if (button) { button.click(); }
  }
  // the page that is read stands in sight in the strip
  function seen() {
    var strip = document.querySelector("#viewer .strip"), at = strip && strip.querySelector("[aria-current]");
    if (at) { strip.scrollTop = at.offsetTop - strip.offsetTop - (strip.clientHeight - at.offsetHeight) / 2; }
  }
  document.addEventListener("htmx:afterSettle", seen);
  seen();

  function current() {
    var there = document.activeElement && document.activeElement.closest && document.activeElement.closest("[data-line]");
    return there || form.querySelector("[data-line].on") || lines.filter(isUnmarked)[0] || lines[0];
  }
  function markOf(line) {
    var field = line.querySelector("input[type=radio]:checked, .points input");
    return field ? field.value.trim() : "";
  }
  function isUnmarked(line) {
    return line.querySelector(".answer") !== null && markOf(line) === "";
  }
  function nextUnmarked() {
    var from = lines.indexOf(current());
    return lines.slice(from + 1).concat(lines.slice(0, from + 1)).filter(isUnmarked)[0];
  }
  // what is unmarked changes with each key: the next one is looked for at each click; the server finds it in other blocks
  document.addEventListener("click", function (event) {
    var next = event.target.closest("#following") && nextUnmarked();
    if (next) { event.preventDefault(); enter(next); }
  });

  // a mark that replaces another one is said, and can be undone until the next change
  var undo = document.getElementById("undo"), changed = document.getElementById("changed"), undoChange = document.getElementById("undo-change");
  var former = {}, change = null;
  lines.forEach(function (line) { former[line.id] = markOf(line); });
  function named(line, code) {
    var field = Array.prototype.filter.call(line.querySelectorAll("input[type=radio]"), function (each) { return each.value === code; })[0];
    return field ? field.parentNode.textContent.trim() : code || undo.dataset.none;
  }
  function announce(sentence, line, words) {
    changed.textContent = Object.keys(words).reduce(function (said, name) {
      return said.replace("{" + name + "}", words[name]);
    }, sentence.replace("{n}", line.id.slice(1)));
    undoChange.hidden = change === null;
  }
  function noteChange(line) {
    var before = former[line.id], now = markOf(line);
    former[line.id] = now;
    if (before === now) { return; }
    change = before ? { line: line, mark: before } : null;
    if (change) { announce(undo.dataset.changed, line, { former: named(line, before), mark: named(line, now) }); }
    else { changed.textContent = ""; undoChange.hidden = true; }
  }
  function restore() {
    var line = change && change.line, code = change && change.mark;
    if (!line) { return; }
    var points = line.querySelector(".points input"), field = points || line.querySelector('input[type=radio][value="' + CSS.escape(code) + '"]');
    if (points) { points.value = code; } else { field.checked = true; }
    change = null;
    former[line.id] = code;
    enter(line);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    announce(undo.dataset.restored, line, { mark: named(line, code) });
  }
  if (undo) {
    undoChange.addEventListener("click", restore);
    // points are typed: they are compared once the field is left
    form.addEventListener("change", function (event) {
      var line = event.target.matches("input[type=radio], .points input") && event.target.closest("[data-line]");
      if (line) { noteChange(line); }
    });
  }
  function mark(line) {
    lines.forEach(function (each) { each.classList.toggle("on", each === line); });
    var into = document.getElementById("into");
    if (into && line) { into.value = line.id.slice(1); }
  }
  function enter(line) {
    if (!line) { return; }
    mark(line);
    var field = line.querySelector("input[type=radio]:checked") || line.querySelector("input[type=radio], input:not([type=hidden])");
    if (field) { field.focus(); }
    line.scrollIntoView({ block: "nearest" });
  }
  function say(line, chosen) {
    var field = line.querySelector(chosen);
    if (!field) { return; }
    field.checked = true;
    enter(line);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    noteChange(line);
  }
  // a line that shrinks while the button is down moves what is clicked: with a mouse the line changes once the click is done
  var pressed = false;
  document.addEventListener("pointerdown", function () { pressed = true; });
  ["pointerup", "pointercancel"].forEach(function (kind) { document.addEventListener(kind, function () { pressed = false; }); });
  ["focusin", "click"].forEach(function (kind) {
    form.addEventListener(kind, function (event) {
      var line = event.target.closest("[data-line]");
      if (line && !pressed) { mark(line); }
    });
  });
  // what is not acquired is to be explained: the place for it opens
  form.addEventListener("input", function (event) {
    var line = event.target.closest("[data-line]"), more = line && line.querySelector("details");
    if (more && event.target.matches(".un input")) { more.open = true; }
  });

  var acts = {
    a: function (line) { say(line, ".seg label:not(.un) input"); },
    n: function (line) { say(line, ".seg .un:last-of-type input"); },
    m: function (line) {
      var more = line.querySelector("details"), text = line.querySelector("textarea");
      if (text) { more.open = true; mark(line); text.focus(); }
    },
    arrowdown: function (line) { enter(lines[lines.indexOf(line) + 1]); },
    arrowup: function (line) { enter(lines[lines.indexOf(line) - 1]); },
    z: restore,
    o: function () { leaf("[data-before]"); },
    p: function () { leaf("[data-next]"); }
  };
  document.addEventListener("keydown", function (event) {
    var act = acts[event.key.toLowerCase()], at = event.target;
    if (!on || !act || event.ctrlKey || event.altKey || event.metaKey) { return; }
    if (at.matches("textarea, select, input:not([type=radio]):not([type=checkbox])")) { return; }
    event.preventDefault();
    act(current());
  });

  function unsaved() {
    var said = document.getElementById("saved");
    if (said) { said.textContent = keys.dataset.unsaved; said.classList.add("wrong"); }
  }
  document.addEventListener("htmx:responseError", unsaved);
  document.addEventListener("htmx:sendError", unsaved);
})();
