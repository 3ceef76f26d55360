// A dossier is read as of a day: with scripts one slides from day to day, each day that has facts; without, one types
// the day or follows the line of links. The form is the same.
(function () {
  "use strict";
  document.querySelectorAll("form[data-days]").forEach(function (form) {
    var days = form.dataset.days.split(" ").filter(Boolean), field = form.elements.as_of;
    if (days.length < 2 || !field) { return; }
    var label = document.createElement("label"), range = document.createElement("input"), said = document.createElement("output");
    range.type = "range"; range.id = "slide"; range.min = 0; range.max = days.length - 1; range.step = 1;
    label.htmlFor = "slide"; label.textContent = form.dataset.label + " "; label.appendChild(said);
    range.value = days.filter(function (day) { return !field.value || day <= field.value; }).length - 1;
    function name() {
      var day = new Date(days[range.value] + "T12:00:00");
      said.value = day.toLocaleDateString(document.documentElement.lang, { day: "numeric", month: "long", year: "numeric" });
      range.setAttribute("aria-valuetext", said.value);
    }
    name();
    range.addEventListener("input", name);
    range.addEventListener("change", function () { field.value = days[range.value]; form.submit(); });
    var place = document.createElement("div");
    place.className = "slide"; place.append(label, range);
    form.appendChild(place);
  });
})();
