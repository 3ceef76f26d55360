// What do the pages do when a browser runs scripts? Eyes and screen readers go to what has just been said, and a picture
// that is not there leaves no gap.
// Without scripts each form works as it stands.
(function () {
  "use strict";

  var said = document.querySelector("[data-focus]");
  if (said) { said.focus(); said.scrollIntoView({ block: "center" }); }

  // a piece of which nothing was drawn has no place for a picture
  document.addEventListener("error", function (event) {
    if (event.target.matches && event.target.matches(".small img")) { event.target.hidden = true; }
  }, true);
})();
