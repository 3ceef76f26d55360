// How does a page send several files, one after the other, over a line that may break? By tus; what the server has of a
// file is asked of the server, so that nothing about it stays in the browser. Without scripts the form works as it stands.
(function () {
  "use strict";

  var CHUNK = 2 * 1024 * 1024; // a proxy that keeps a request to itself until it is whole loses this much at most
  var AT_ONCE = 2;
  var AGAIN_IN = 4000; // milliseconds
  var DELAYS = [0, 1000, 3000, 5000];
  var form = document.querySelector("form[data-uploads]");
  if (!form || !window.tus || !window.acquisSending || !tus.isSupported || !window.DOMParser) { return; }

  var words = window.acquisSending;
  var list = form.querySelector("[data-sending]");
  var saidOnce = form.hasAttribute("data-said-once"); // one file at a time, of which the form's other fields say what it is
  var input = form.querySelector("input[type=file][name=file]");
  var photo = form.querySelector("[data-photo]"); // none where the rulebook takes no photo
  var drop = form.querySelector("[data-drop]");
  var token = form.querySelector("input[name=csrf_token]").value;
  var rows = [];

  function headers() { return { "X-CSRFToken": token, Accept: "application/json" }; }

  function say(template, values) {
    return template.replace(/\{(\w+)\}/g, function (_, name) { return values[name]; });
  }

  function amount(bytes) {
    var unit = 0;
    while (bytes >= 1024 && unit < words.units.length - 1) { bytes /= 1024; unit += 1; }
    return bytes.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 }) + "\u00a0" + words.units[unit];
  }

  function announce(text) { form.querySelector("[data-announce]").textContent = text; }

  function read(body) {
    try { return JSON.parse(body || "{}"); } catch (_) { return {}; } // no problem of ours: a proxy's page, say
  }

  // what a refusal says: its rule in the reader's language, and which of its parts failed
  function told(status, body) {
    var problem = read(body);
    var failed = (problem.violations || []).map(function (each) { return each.title; });
    return [problem.title || say(words.failed, { status: status || "…" })].concat(failed).join(" ");
  }

  function Row(file) {
    this.file = file;
    this.state = "chosen";
    this.own = false; // whether its competences were chosen for it alone
    this.node = document.getElementById("sending-row").content.firstElementChild.cloneNode(true);
    this.url = null;
    this.upload = null;
    this.whole = false; // whether all of it has come
    this.asked = null; // what it was to be put in as, until that is answered
    this.retry = null;
    var instead = form.querySelector("[data-replaces]");
    this.replaces = instead && instead.value || null;
    this.draw(file);
  }

  Row.prototype.part = function (name) { return this.node.querySelector("[data-" + name + "]"); };

  Row.prototype.draw = function (file) {
    var row = this;
    this.node.querySelectorAll("[data-name]").forEach(function (each) { each.textContent = file.name; });
    this.part("amount").textContent = amount(file.size);
    this.part("bar").querySelector("progress").setAttribute("aria-label", say(words.progress, { name: file.name }));
    if (!saidOnce) { this.drawCompetences(); }
    this.node.addEventListener("click", function (event) {
      var button = event.target.closest("[data-act]");
      if (button) { row[button.dataset.act](); }
    });
    this.show();
  };

  Row.prototype.drawCompetences = function () {
    var row = this;
    form.querySelectorAll("[data-competences] > details").forEach(function (block) {
      var copy = block.cloneNode(true);
      copy.querySelectorAll("input").forEach(function (box) { box.removeAttribute("name"); });
      row.part("boxes").append(copy);
    });
    if (this.replaces) {
      var instead = form.querySelector("[data-replaces]");
      this.part("instead").textContent = say(words.instead, { name: instead.selectedOptions[0].textContent });
      this.part("instead").hidden = false;
      instead.value = "";
    }
    this.take(ticked(form));
    this.part("boxes").addEventListener("change", function () { row.own = true; row.count(); });
  };

  function boxes(within) {
    return Array.from(within.querySelectorAll("[data-competences] input[type=checkbox], [data-boxes] input[type=checkbox]"));
  }

  function ticked(within) {
    var where = within === form ? form.querySelector("[data-competences]") : within;
    return Array.from(where.querySelectorAll("input[type=checkbox]:checked")).map(function (box) { return Number(box.value); });
  }

  Row.prototype.take = function (numbers) {
    boxes(this.node).forEach(function (box) { box.checked = numbers.indexOf(Number(box.value)) >= 0; });
    this.count();
  };

  Row.prototype.competences = function () { return ticked(this.part("boxes")); };

  Row.prototype.count = function () {
    var numbers = this.competences();
    this.part("chosen").textContent = numbers.length ? numbers.join(", ") : words.none;
  };

  Row.prototype.become = function (state, refusal) {
    this.state = state;
    this.part("client-refusal").textContent = refusal || "";
    this.part("client-refusal").hidden = !refusal;
    this.show();
    announce(say(words.said[state] || "", { name: this.file.name }));
  };

  Row.prototype.show = function () {
    var state = this.state;
    var badge = this.part("state");
    badge.textContent = words.states[state];
    badge.className = "badge " + ({ refused: "none", done: "granted", offline: "partial", paused: "partial", stopped: "partial", ending: "partial" }[state] || "free");
    this.part("bar").hidden = state === "chosen" || state === "refused";
    var focused = document.activeElement;
    this.node.querySelectorAll("[data-act]").forEach(function (button) {
      button.hidden = button.dataset.when.split(" ").indexOf(state) < 0;
    });
    if (this.node.contains(focused) && focused.hidden) { this.focus(); }
  };

  // who uses the keyboard stays by the file, though the button that was pressed goes
  Row.prototype.focus = function () {
    (this.node.querySelector("[data-act]:not([hidden])") || this.node.querySelector("summary")).focus();
  };

  Row.prototype.moved = function (sent, total) {
    var percent = total ? Math.floor(100 * sent / total) : 0;
    this.part("bar").querySelector("progress").value = percent;
    this.part("amount").textContent = say(words.amount, { sent: amount(sent), total: amount(total), percent: percent });
  };

  // the user's acts

  Row.prototype.pause = function () {
    window.clearTimeout(this.retry);
    if (this.upload) { this.upload.abort(); }
    this.become("paused");
    next();
  };

  Row.prototype.resume = function () {
    var row = this;
    if (this.state === "paused") { this.become("queued"); next(); return; }
    renew().then(function (missing) {
      if (row.state !== "stopped") { return; }
      if (missing) { row.become("stopped", missing); } else { row.become("queued"); next(); }
    }).catch(function () { row.later(); });
  };

  // forms are a session's own: who has signed in again, in another tab, sends with what that one's say
  function renew() {
    return fetch(form.dataset.page, { headers: { Accept: "text/html" } }).then(function (answer) {
      if (answer.status >= 500) { throw new Error(); }
      return answer.text().then(function (text) {
        var page = new DOMParser().parseFromString(text, "text/html");
        var found = page.querySelector("form[data-uploads] input[name=csrf_token]");
        if (!found) { return answer.redirected ? words.second_factor : words.signed_out; }
        token = found.value;
        document.querySelectorAll("input[name=csrf_token]").forEach(function (each) { each.value = token; });
        return "";
      });
    });
  }

  // it is ended on the server, which alone knows whether it is a piece by now
  Row.prototype.cancel = function () {
    var row = this;
    var first = this.state === "stopped" ? renew() : Promise.resolve();
    window.clearTimeout(this.retry);
    if (this.upload) { this.upload.abort(); }
    if (!this.url) { this.leave(); return; }
    this.become("ending");
    first.then(function () { return row.ask("DELETE"); }).then(function (answer) {
      if (answer.status === 204) { row.leave(); return null; }
      if (answer.status === 410) { return row.ended(); }
      return answer.text().then(function (body) { row.kept(answer.status, body); });
    }).catch(function () { row.kept(0, ""); });
  };

  Row.prototype.ask = function (method) {
    return fetch(this.url, { method: method, headers: Object.assign({ "Tus-Resumable": "1.0.0" }, headers()) });
  };

  // it had ended before: as a piece, or as nothing
  Row.prototype.ended = function () {
    var row = this;
    return this.ask("GET").then(function (answer) {
      if (!answer.ok) { throw new Error(); }
      return answer.json();
    }).then(function (found) {
      if (found.state !== "ready") { row.leave(); return; }
      row.state = "sending";
      row.putIn(); // asked again, it is answered as the first time
    });
  };

  // what nobody asked to be put in comes to nothing by itself
  Row.prototype.kept = function (status, body) {
    if (status === 423) { this.become("stopped", words.being_checked); }
    else if (this.asked) { this.become("stopped", out(status, body) || words.unsure); }
    else { this.leave(); }
  };

  Row.prototype.leave = function () {
    unlist(this.url);
    this.remove();
    announce(say(words.said.cancelled, { name: this.file.name }));
    next();
  };

  Row.prototype.remove = function () {
    var at = rows.indexOf(this);
    var focused = this.node.contains(document.activeElement);
    rows.splice(at, 1);
    this.node.remove();
    list.hidden = !rows.length;
    input.disabled = false;
    if (focused) { (rows[at] || rows[at - 1] || input).focus(); }
  };

  // sending

  Row.prototype.start = function () {
    this.become("sending");
    if (this.whole) { this.putIn(); return; } // its answer was lost: asked again, it is answered as the first time
    if (!this.upload) { this.upload = new tus.Upload(this.file, this.options()); }
    this.upload.start();
  };

  Row.prototype.options = function () {
    var row = this;
    var known = begun(this.file);
    if (known) { this.url = known; }
    var key = Array.from(crypto.getRandomValues(new Uint32Array(4))).join("-");
    return {
      endpoint: known ? null : form.dataset.uploads, // of a known one a HEAD that fails opens no second one
      uploadUrl: known,
      chunkSize: CHUNK,
      retryDelays: DELAYS,
      storeFingerprintForResuming: false,
      headers: { "Idempotency-Key": key, Accept: "application/json" }, // an answer that was lost opens no second one
      onBeforeRequest: function (request) { request.setHeader("X-CSRFToken", token); }, // as it is by then
      metadata: Object.assign({ filename: this.file.name, modified: String(this.file.lastModified) },
        this.replaces ? { replaces: this.replaces } : {}), // its room counts as left
      onUploadUrlAvailable: function () {
        row.url = row.upload.url;
        row.upload.options.endpoint = null;
      },
      onProgress: function (sent, total) { row.moved(sent, total); },
      onSuccess: function () { row.whole = true; row.putIn(); },
      onError: function (error) { row.broke(error.originalResponse); }
    };
  };

  // it has ended on the server: what is sent next begins anew
  Row.prototype.forget = function () {
    unlist(this.url);
    this.url = this.upload = this.asked = null;
    this.whole = false;
  };

  Row.prototype.broke = function (answer) {
    if (this.state !== "sending") { return; }
    var status = answer ? answer.getStatus() : 0;
    if (status === 409) { this.later(); } else { this.failed(status, answer ? answer.getBody() : ""); }
    next();
  };

  // what somebody must do in another tab whose session has ended, or is not enough; nothing where it is
  function out(status, body) {
    var type = read(body).type;
    if (type === "/problems/second-factor-required") { return words.second_factor; }
    return status === 401 || (status === 403 && type === "/problems/csrf") ? words.signed_out : "";
  }

  // it is tried again by itself, or when the user says so, or never
  Row.prototype.failed = function (status, body) {
    if (!status || status === 408 || status === 423 || status >= 500) { this.later(); } else if (status === 410 && this.url) {
      this.forget();
      this.become("stopped", words.ended);
    } else if (out(status, body)) {
      this.become("stopped", out(status, body));
    } else if (status === 429) {
      this.become("stopped", told(status, body) + " " + words.then_resume);
    } else if (saidOnce && status === 422 && this.whole) { // a field of the form, which is mended
      this.become("stopped", told(status, body) + " " + words.then_resume);
    } else { this.become("refused", told(status, body)); }
  };

  // nobody answers, or not now: it is tried again by itself, and at once when the network is back
  Row.prototype.later = function () {
    var row = this;
    this.become("offline");
    this.retry = window.setTimeout(function () { row.again(); }, AGAIN_IN);
  };

  Row.prototype.again = function () {
    window.clearTimeout(this.retry);
    if (this.state !== "offline") { return; }
    if (navigator.onLine === false) { this.later(); } else { this.become("queued"); next(); }
  };

  // as what it is put in
  Row.prototype.wanted = function () {
    if (!saidOnce) {
      return { type: "application/json", body: JSON.stringify({ competences: this.competences(), replaces: this.replaces }) };
    }
    var said = new URLSearchParams();
    new FormData(form).forEach(function (value, name) { if (typeof value === "string") { said.append(name, value); } });
    if (!said.get("title").trim()) { said.set("title", this.file.name.normalize("NFC").slice(0, 200)); }
    said.delete("csrf_token");
    return { type: "application/x-www-form-urlencoded", body: said.toString() };
  };

  Row.prototype.putIn = function () {
    var row = this;
    if (this.state !== "sending") { return; }
    this.moved(this.file.size, this.file.size);
    this.become("checking");
    this.asked = this.asked || this.wanted();
    fetch(this.url + "/piece", {
      method: "POST",
      headers: Object.assign({ "Content-Type": this.asked.type }, headers()),
      body: this.asked.body
    }).then(function (answer) {
      return answer.text().then(function (body) {
        if (answer.ok && !answer.redirected) { row.answer = JSON.parse(body); row.become("done"); return; }
        row.failed(answer.redirected ? 401 : answer.status, body);
        if (row.state === "refused" || saidOnce && answer.status === 422) { row.asked = null; }
      });
    }).catch(function () { row.later(); }).finally(next);
  };

  // which file comes next; when none is left, what the page shows is asked anew
  function next() {
    var busy = rows.filter(function (row) { return row.state === "sending" || row.state === "checking"; }).length;
    rows.filter(function (row) { return row.state === "queued"; }).slice(0, Math.max(0, AT_ONCE - busy))
      .forEach(function (row) { row.start(); });
    var done = rows.filter(function (row) { return row.state === "done"; });
    if (moving() || !done.length) { return; }
    if (saidOnce) { location.assign(done[0].answer.where); } else { refresh(done); }
  }

  function moving() {
    return rows.some(function (row) { return ["queued", "sending", "checking", "offline"].indexOf(row.state) >= 0; });
  }

  function refresh(done) {
    var position = Math.max.apply(null, done.map(function (row) { return row.answer.position; }));
    fetch(form.dataset.page + "?done=candidacy.submit&after=" + position, { headers: { Accept: "text/html" } })
      .then(function (answer) { return answer.text(); })
      .then(function (text) {
        var page = new DOMParser().parseFromString(text, "text/html");
        document.querySelectorAll("[data-live]").forEach(function (old) { exchange(old, page); });
        watch();
        done.forEach(function (row) { row.remove(); });
        if (!rows.length) { boxes(form).forEach(function (box) { box.checked = false; }); }
        var said = document.querySelector("[data-focus]");
        if (said && !rows.length) { said.focus(); said.scrollIntoView({ block: "center" }); }
      })
      .catch(function () { /* the network went again: what was put in shows when the page is loaded next */ });
  }

  function exchange(old, page) {
    var anew = page.getElementById(old.id);
    if (anew) { old.replaceWith(document.adoptNode(anew)); }
  }

  // while a piece is under check, the list of pieces is asked anew: every three seconds, then every minute
  var watching = null, asked = 0;
  function watch() {
    asked = 0;
    if (watching === null) { again(); }
  }

  function again() {
    var pending = document.querySelector("[data-pending]");
    watching = pending ? setTimeout(look, asked < 40 ? 3000 : 60000) : null;
  }

  function look() {
    asked += 1;
    var list = document.getElementById("live-pieces");
    if (document.hidden || list.contains(document.activeElement)) { again(); return; }
    fetch(form.dataset.page, { headers: { Accept: "text/html" } })
      .then(function (answer) { return answer.text(); })
      .then(function (text) {
        var page = new DOMParser().parseFromString(text, "text/html");
        if (!page.getElementById("live-pieces")) { return; }
        exchange(list, page);
        if (!page.querySelector("[data-pending]")) {
          document.querySelectorAll("#live-next, #live-steps, #live-blocks, #live-older, #live-left").forEach(function (old) {
            var used = old.contains(document.activeElement) || old.querySelector("details[open], input:checked, option:checked:not([value=''])");
            if (!used) { exchange(old, page); }
          });
        }
      })
      .catch(function () { /* asked again */ })
      .finally(again);
  }

  // the upload that was begun for this very file, by its name, size and time: the server's list says which
  function begun(file) {
    var found = Array.from(document.querySelectorAll("[data-begun]")).find(function (each) {
      return each.dataset.name === file.name && Number(each.dataset.length) === file.size &&
        Number(each.dataset.modified) === file.lastModified;
    });
    return found ? found.dataset.begun : null;
  }

  // what has ended is no longer shown as interrupted, nor gone on with
  function unlist(url) {
    document.querySelectorAll("[data-begun]").forEach(function (each) {
      if (!url || new URL(each.dataset.begun, location.href).href !== new URL(url, location.href).href) { return; }
      var listed = each.parentNode;
      each.remove();
      if (!listed.children.length) { listed.closest("[data-live]").replaceChildren(); }
    });
  }

  // where there is one at a time, another takes the place of one that was not begun
  function add(files) {
    var added = Array.from(files);
    if (saidOnce) {
      rows.filter(function (row) { return !row.url; }).forEach(function (row) { row.cancel(); });
      added = rows.length ? [] : added.slice(0, 1);
    }
    added.forEach(function (file) {
      var row = new Row(file);
      rows.push(row);
      list.append(row.node);
      if (begun(file)) { row.become("known"); }
      if (file.size > Number(form.dataset.limit)) { row.become("refused", form.dataset.tooLarge); }
      if (!file.size) { row.become("refused", words.empty); }
    });
    list.hidden = !rows.length;
    input.value = "";
  }

  function send(event) {
    if (event.submitter && event.submitter.hasAttribute("formaction")) { return; } // a link or a text: a plain form
    event.preventDefault();
    var ready = rows.filter(function (row) { return row.state === "chosen" || row.state === "known"; });
    var broken = form.querySelector("[data-form-refusal]");
    broken.hidden = Boolean(rows.length);
    broken.textContent = rows.length ? "" : words.no_file;
    ready.forEach(function (row) {
      if (saidOnce || row.competences().length) { row.become("queued"); } else {
        row.become(row.state, words.no_competence);
      }
    });
    input.disabled = saidOnce && rows.length > 0; // until that one is there, or cancelled
    next();
  }

  function dragged(event) {
    if (!event.dataTransfer || Array.from(event.dataTransfer.types).indexOf("Files") < 0) { return; }
    event.preventDefault();
    drop.classList.toggle("over", event.type === "dragover");
    if (event.type === "drop") { add(event.dataTransfer.files); }
  }

  // Enter in a link's field is for that link, not for the files above it
  function entered(event) {
    if (event.key === "Enter" && event.target.matches("[data-written] input")) {
      event.preventDefault();
      event.target.closest("[data-written]").querySelector("button").click();
    }
  }

  form.addEventListener("keydown", entered);
  input.multiple = !saidOnce;
  input.required = false;
  form.querySelectorAll("[data-with-scripts]").forEach(function (each) { each.hidden = false; });
  form.addEventListener("submit", send);
  input.addEventListener("change", function () { add(input.files); });
  if (photo) { photo.addEventListener("change", function () { add(photo.files); photo.value = ""; }); }
  ["dragover", "dragleave", "drop"].forEach(function (name) { drop.addEventListener(name, dragged); });
  if (!saidOnce) {
    form.querySelector("[data-competences]").addEventListener("change", function () {
      rows.forEach(function (row) {
        if (!row.own && (row.state === "chosen" || row.state === "known")) { row.take(ticked(form)); }
      });
    });
  }
  window.addEventListener("online", function () { rows.slice().forEach(function (row) { row.again(); }); });
  window.addEventListener("beforeunload", function (event) {
    if (moving()) { event.preventDefault(); }
  });
  watch();
})();
