// What do the pages do when a browser runs scripts? Eyes and screen readers go to what has just been said.
// Without scripts each form works as it stands.
(function () {
  "use strict";

  var said = document.querySelector("[data-focus]");
  if (said) { said.focus(); said.scrollIntoView({ block: "center" }); }
})();
