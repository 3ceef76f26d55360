// Additions to a jury's page of one candidate in a browser that runs scripts: a ruling is recorded as it is chosen, so that all
// members see it; what they record shows here at once; what cannot be recorded yet, for want of a reason, is kept as a draft.
// Without scripts the buttons of the forms do the same.
(function () {
  "use strict";
  var page = document.getElementById("decision");
  if (!page || !window.fetch) { return; }
  var EVERY = 1000, said = document.getElementById("shared"), busy = false, again = false, showing = false, soon = 0;

  function rows() { return Array.prototype.slice.call(document.querySelectorAll("#decision input[name^='ruling-'][type=radio]")); }
  function numbers() {
    var found = {};
    rows().forEach(function (radio) { found[radio.name.slice("ruling-".length)] = radio.form; });
    return found;
  }
  function text(form, name) { var field = form.elements[name]; return field && field.value !== undefined ? field.value.trim() : ""; }

  // what is chosen or written of one competence, and what was recorded of it when the form was shown
  function chosen(form, number) {
    return { ruling: text(form, "ruling-" + number), reason: text(form, "reason-" + number), mark: text(form, "mark-" + number), was: text(form, "was-" + number), because: text(form, "because-" + number) };
  }
  function unsaved() {
    var found = {}, forms = numbers();
    Object.keys(forms).forEach(function (number) {
      var one = chosen(forms[number], number);
      if (one.ruling !== one.was || one.reason !== one.because) { found[number] = one; }
    });
    return found;
  }
  // A draft holds what is not recorded. The server keeps it for this member alone. The form's own hx-post sends it after
  // a delay; a form that is shown anew within that delay takes the place of the one that would have sent it, so `unkept`
  // counts the drafts that no answer confirmed, by the address that they are sent to.
  var unkept = {}, sending = {}, changes = 0;
  function keep(form) {
    unkept[form.getAttribute("hx-post")] = changes += 1;
    form.dispatchEvent(new Event("keep"));
  }
  function draftForms() {
    return Array.prototype.filter.call(document.querySelectorAll("[data-rulings]"), function (form) { return form.getAttribute("hx-post") in unkept; });
  }
  document.addEventListener("htmx:beforeRequest", function (event) {
    var to = event.detail.elt.getAttribute("hx-post");
    if (to in unkept) { sending[to] = unkept[to]; }
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    var to = event.detail.elt.getAttribute("hx-post");
    if (event.detail.successful && unkept[to] === sending[to]) { delete unkept[to]; }
  });
  window.addEventListener("pagehide", function () {
    if (again) { return; } // a form of this page is being sent
    draftForms().forEach(function (form) {
      fetch(form.getAttribute("hx-post"), { method: "POST", body: new URLSearchParams(new FormData(form)), keepalive: true });
    });
  });
  // choices go back into a form shown anew; where another member has ruled meanwhile, what they recorded stays chosen
  function restore(left) {
    var forms = numbers();
    Object.keys(left).forEach(function (number) {
      var form = forms[number], one = left[number];
      if (!form) { return; }
      if (one.was === text(form, "was-" + number) && one.ruling) { form.elements["ruling-" + number].value = one.ruling; }
      ["reason", "mark"].forEach(function (kind) {
        var field = form.elements[kind + "-" + number];
        if (field && one[kind]) { field.value = one[kind]; }
      });
    });
  }

  function expanded() {
    return Array.prototype.map.call(document.querySelectorAll("#decision section[id^=part-] details[open] table"), function (table) {
      return "&block=" + table.closest("section").id.slice("part-".length);
    }).join("");
  }
  // the page as it is now, put into the place of what it shows; what is typed, and where, stays
  function refresh() {
    return fetch(page.dataset.follow + expanded(), { headers: { Accept: "text/html" } }).then(function (answer) {
      if (answer.status === 404) { location.assign(page.dataset.board); } // this member has stepped out: nothing here is theirs
      return answer.status === 200 ? answer.text().then(show) : null;
    });
  }
  // what was typed or opened beside the rulings goes back into a part shown anew
  function carryOver(old, part) {
    old.querySelectorAll("textarea[id]").forEach(function (field) {
      var same = part.querySelector("#" + CSS.escape(field.id));
      if (same && field.value !== field.defaultValue) { same.value = field.value; }
    });
    var before = old.querySelectorAll("details"), after = part.querySelectorAll("details");
    if (before.length === after.length) { before.forEach(function (each, n) { after[n].open = after[n].open || each.open; }); }
  }
  function show(html) {
    var anew = new DOMParser().parseFromString(html, "text/html"), now = anew.getElementById("decision");
    if (!now) { location.reload(); return; }
    var left = unsaved(), at = document.activeElement, name = at && at.name, kind = at && at.value, from = at && at.selectionStart;
    anew.querySelectorAll("[data-fresh]").forEach(function (part) {
      var old = document.getElementById(part.id);
      if (!old) { return; }
      carryOver(old, part);
      showing = true;
      old.replaceWith(document.adoptNode(part));
      showing = false;
      if (window.htmx) { window.htmx.process(part); }
    });
    page.dataset.follow = now.dataset.follow;
    restore(left);
    draftForms().forEach(function (form) { form.dispatchEvent(new Event("keep")); });
    if (name && !document.contains(at)) {
      var back = Array.prototype.filter.call(document.getElementsByName(name), function (field) { return field.type !== "radio" || field.value === kind; })[0];
      if (back) { back.focus({ preventScroll: true }); if (from !== null && back.type !== "radio" && back.setSelectionRange) { back.setSelectionRange(from, from); } }
    }
  }

  function tell(message, wrong) {
    if (said) { said.textContent = message; said.classList.toggle("wrong", wrong); }
  }
  // what another member recorded meanwhile is shown and said; this member's choice stays in the form, as a draft
  function keepAgainst(number, one) {
    var form = numbers()[number];
    if (!form) { return; }
    var radio = form.querySelector("[name='ruling-" + number + "'][value='" + text(form, "was-" + number) + "']");
    var recorded = radio && radio.labels.length ? radio.labels[0].textContent.trim() : "";
    form.elements["ruling-" + number].value = one.ruling;
    ["reason", "mark"].forEach(function (kind) {
      var field = form.elements[kind + "-" + number];
      if (field && one[kind]) { field.value = one[kind]; }
    });
    tell(page.dataset.overruled.replace("{n}", number).replace("{ruling}", recorded), true);
    keep(form);
  }
  // `first`: what a first try sent, which a second one sends again whatever was typed meanwhile
  function save(form, number, first) {
    var sent = new URLSearchParams(), now = chosen(form, number), one = first || now;
    ["csrf_token", "form", "version", "at"].forEach(function (each) { sent.append(each, text(form, each)); });
    [["ruling", one], ["reason", one], ["mark", one], ["was", now], ["because", now]].forEach(function (each) {
      if (each[1][each[0]]) { sent.append(each[0] + "-" + number, each[1][each[0]]); }
    });
    busy = true;
    return fetch(form.action, { method: "POST", body: sent, headers: { Accept: "text/html" } }).then(function (answer) {
      if (answer.redirected) {
        tell(page.dataset.saved, false);
        return refresh().then(function () { // what was drafted of it is recorded
          var now = numbers()[number];
          if (now && text(now, "since")) { keep(now); }
        });
      }
      if (answer.status === 412 && !first) {
        return refresh().then(function () {
          var form = numbers()[number], stands = form && chosen(form, number);
          if (!form) { return null; }
          if (stands.was !== one.was || stands.because !== one.because) { return keepAgainst(number, one); }
          return save(form, number, one);
        });
      }
      return answer.text().then(function (html) {
        var why = new DOMParser().parseFromString(html, "text/html").querySelector("[role=alert] strong");
        tell(page.dataset.unsaved + " " + (why ? why.textContent : ""), true);
        keep(form);
      });
    }).catch(function () { tell(page.dataset.unsaved, true); }).then(function () { busy = false; });
  }

  function record(event) {
    var found = /^(?:ruling|reason|mark)-(\d+)$/.exec(event.target.name || ""), form = event.target.form;
    if (!found || !form || !form.matches("[data-rulings]")) { return; }
    var one = chosen(form, found[1]);
    if (one.ruling && (one.ruling !== one.was || one.reason !== one.because)) {
      // a press on the form's own button comes first; the form may be shown anew within the delay
      soon = setTimeout(function () { save(numbers()[found[1]] || form, found[1], null); }, EVERY / 5);
    }
  }
  document.addEventListener("change", function (event) {
    if (event.target.type === "radio") { record(event); }
  });
  // A text is recorded once its writer leaves the field. A form shown anew takes the field away while it is written in:
  // the browser then fires the same event, and the writer has not left.
  document.addEventListener("focusout", function (event) {
    if (!showing && event.target.isConnected && event.target.type !== "radio") { record(event); }
  });
  document.addEventListener("input", function (event) {
    if (event.target.matches("[data-rulings] textarea, [data-rulings] .mark")) { keep(event.target.form); }
  });
  document.addEventListener("submit", function () { again = true; clearTimeout(soon); });

  setInterval(function () {
    if (busy || again || document.hidden) { return; }
    busy = true;
    refresh().catch(function () { /* the line is cut: the next look tells */ }).then(function () { busy = false; });
  }, EVERY);
})();
