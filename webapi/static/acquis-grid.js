// What does the grid add when a browser runs scripts? Keys that give an opinion without the mouse, which may be turned off, and a
// word when what was typed could not be kept. Saving itself is htmx's; without scripts the form's buttons do all of it.
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

  var comps = form.querySelector(".comps"), next = current();
  if (next && !location.hash) { comps.scrollTop = Math.max(0, next.offsetTop - 60); }

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
    return there || form.querySelector("[data-line].on") || lines.filter(function (line) {
      return line.querySelector("input[type=radio]") && !line.querySelector("input[type=radio]:checked");
    })[0] || lines[0];
  }
  function mark(line) {
    lines.forEach(function (each) { each.classList.toggle("on", each === line); });
    var into = document.getElementById("into");
    if (into && line) { into.value = line.id.slice(1); }
  }
  function enter(line) {
    if (!line) { return; }
    mark(line);
    var field = line.querySelector("input[type=radio]:checked, input[type=radio], input:not([type=hidden])");
    if (field) { field.focus(); }
    line.scrollIntoView({ block: "nearest" });
  }
  function say(line, chosen) {
    var field = line.querySelector(chosen);
    if (!field) { return; }
    field.checked = true;
    enter(line);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  form.addEventListener("focusin", function (event) {
    var line = event.target.closest("[data-line]");
    if (line) { mark(line); }
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
