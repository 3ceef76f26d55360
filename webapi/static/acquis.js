// What do the pages do when a browser runs scripts? They show how much of a file has been sent, and where to look next.
// Without scripts each form works as it stands.
(function () {
  "use strict";

  function refuse(form, words) {
    var place = form.querySelector("[data-client-refusal]");
    place.textContent = words;
    place.hidden = !words;
  }

  document.addEventListener("htmx:confirm", function (event) {
    var form = event.target;
    if (!form.matches || !form.matches("form[data-upload]")) { return; }
    var file = form.querySelector("input[type=file]").files[0];
    var large = Boolean(file) && file.size > Number(form.dataset.limit);
    refuse(form, large ? form.dataset.tooLarge : "");
    if (large) { event.preventDefault(); }
  });

  document.addEventListener("htmx:beforeSend", function (event) {
    var box = event.target.querySelector && event.target.querySelector("[data-progress]");
    if (box) { box.hidden = false; }
  });

  document.addEventListener("htmx:xhr:progress", function (event) {
    var bar = event.target.querySelector && event.target.querySelector("[data-progress] progress");
    if (bar && event.detail.lengthComputable) {
      bar.value = 100 * event.detail.loaded / event.detail.total;
    }
  });

  // an answer that is not this page (signed out, form expired) takes the place of all there is
  document.addEventListener("htmx:beforeSwap", function (event) {
    if (event.detail.xhr.responseText.indexOf('id="dossier"') < 0) {
      event.detail.target = document.getElementById("main");
      event.detail.selectOverride = "#main";
      event.detail.shouldSwap = true;
    }
  });

  document.addEventListener("htmx:sendError", function (event) {
    var box = event.target.querySelector && event.target.querySelector("[data-progress]");
    if (box) { box.hidden = true; }
  });

  // after a swap, eyes and screen readers go to what has just been said
  document.addEventListener("htmx:afterSettle", function () {
    var said = document.querySelector("[data-focus]");
    if (said) { said.focus(); said.scrollIntoView({ block: "center" }); }
  });
})();
