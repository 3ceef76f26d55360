// What do the pages do when a browser runs scripts? Eyes and screen readers go to what has just been said, and a picture
// that is not there leaves no gap. Who signs in while many do waits here, and sends nothing twice by hand.
// Without scripts each form works as it stands.
(function () {
  "use strict";

  function say() {
    var said = document.querySelector("[data-focus]") || document.querySelector("[autofocus]");
    if (said) { said.focus(); said.scrollIntoView({ block: "center" }); }
  }
  say();

  // a page made for paper is printed from it; without scripts the browser's own command does the same
  function offerPrinting() {
    document.querySelectorAll("[data-print]").forEach(function (button) { button.hidden = false; });
  }
  offerPrinting();
  document.addEventListener("click", function (event) {
    if (event.target.closest && event.target.closest("[data-print]")) { window.print(); }
  });

  // what cannot be done now says why beside it: the server would say the same
  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest('button[aria-disabled="true"]');
    if (button) { event.preventDefault(); }
  }, true);

  // a part of a page that was swapped says what is wrong in it as a whole page would
  document.addEventListener("htmx:afterSettle", function (event) {
    var wrong = event.detail.elt.querySelector && event.detail.elt.querySelector("[autofocus], [role=alert][tabindex]");
    if (wrong) { wrong.focus(); }
  });

  // what is saved as it is typed says so when it could not be: the line is cut, or the session has ended
  function unsaved() {
    var said = document.querySelector("#saved[data-unsaved]");
    if (said) { said.textContent = said.dataset.unsaved; said.classList.add("wrong"); }
  }
  document.addEventListener("htmx:responseError", unsaved);
  document.addEventListener("htmx:sendError", unsaved);

  // a form that is being saved as it is typed is sent once that has ended, going on from what was saved
  document.addEventListener("submit", function (event) {
    var form = event.target, button = event.submitter;
    if (!form.matches("form[hx-post].htmx-request")) { return; }
    event.preventDefault();
    form.addEventListener("htmx:afterRequest", function () {
      setTimeout(function () { form.requestSubmit(button); });
    }, { once: true });
  }, true);

  // while a form leads to another page, what this one asks for by itself no longer swaps or reloads anything
  var leaving = false;
  window.addEventListener("submit", function (event) { leaving = event.target.method === "post" && !event.defaultPrevented; });
  window.addEventListener("pageshow", function () { leaving = false; });
  ["htmx:beforeRequest", "htmx:beforeOnLoad"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      if (leaving && /^every /.test(event.detail.elt.getAttribute("hx-trigger") || "")) { event.preventDefault(); }
    });
  });

  // a button whose part of the page could not come sends its form as without scripts: the whole answer says why
  document.addEventListener("htmx:responseError", function (event) {
    var button = event.detail.elt;
    if (button.matches("button[hx-post]")) { button.form.requestSubmit(button); }
  });

  // what a link would open in a whole page anew, it opens here: nothing that was typed elsewhere goes
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a[data-part]");
    if (!link || !window.fetch || event.ctrlKey || event.metaKey || event.shiftKey) { return; }
    event.preventDefault();
    fetch(link.href, { headers: { Accept: "text/html" } }).then(function (answer) { return answer.text(); }).then(function (text) {
      var anew = new DOMParser().parseFromString(text, "text/html").getElementById(link.dataset.part);
      var old = document.getElementById(link.dataset.part);
      if (!anew || !old) { throw new Error(); }
      old.replaceWith(document.adoptNode(anew));
      if (window.htmx) { window.htmx.process(anew); }
      (anew.querySelector("summary, input:not([type=hidden]), a[href]") || document.body).focus(); // who uses the keyboard stays there
    }).catch(function () { location.assign(link.href); }); // as without scripts
  });

  // a piece of which nothing was drawn has no place for a picture
  document.addEventListener("error", function (event) {
    if (event.target.matches && event.target.matches(".thumb")) { event.target.hidden = true; }
  }, true);

  // few passwords are looked at at once: what was typed stays here, and is sent again when the server says so
  var TRIES = 20;
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!window.fetch || form.method !== "post" || !form.querySelector("input[type=password]")) { return; }
    event.preventDefault();
    if (form.getAttribute("aria-busy") === "true") { return; }
    form.setAttribute("aria-busy", "true");
    send(form, new URLSearchParams(new FormData(form)), TRIES);
  });

  function send(form, typed, left) {
    fetch(form.action, { method: "POST", body: typed, headers: { Accept: "text/html" } }).then(function (answer) {
      var seconds = Number(answer.headers.get("Retry-After"));
      if (answer.status === 503 && seconds && left) {
        setTimeout(function () { send(form, typed, left - 1); }, seconds * 1000 * (0.25 + Math.random() * 0.75));
      } else if (answer.redirected) {
        location.assign(answer.url);
      } else {
        return answer.text().then(function (page) {
          var read = new DOMParser().parseFromString(page, "text/html");
          document.title = read.title;
          document.body.replaceWith(document.adoptNode(read.body));
          offerPrinting();
          say();
        });
      }
    }).catch(function () { form.submit(); });
  }
})();
