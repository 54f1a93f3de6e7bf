"use strict";
const places = [...document.querySelectorAll(".place")].map(
  (place) => [place, place.firstChild.textContent.toLowerCase()],
);
document.getElementById("filter").addEventListener("input", (event) => {
  const wanted = event.target.value.trim().toLowerCase();
  for (const [place, text] of places) place.hidden = !text.includes(wanted);
  for (const group of document.querySelectorAll(".group")) {
    group.hidden = !group.querySelector(".place:not([hidden])");
    if (group.matches("details")) group.open = wanted !== "" && !group.hidden;
  }
});
const unfold = () => {
  const target = location.hash && document.getElementById(location.hash.slice(1));
  if (target && target.matches("details")) target.open = true;
};
addEventListener("hashchange", unfold);
unfold();
