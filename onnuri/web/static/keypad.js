// The number pad on the page: no keyboard of the device comes up, and the number is shown in groups.
"use strict";
for (const pad of document.querySelectorAll("[data-keypad]")) {
  const field = document.getElementById(pad.dataset.keypad);
  const won = field.dataset.format === "won";
  const longest = won ? 7 : 7;
  const digits = () => field.value.replace(/\D/g, "");
  const show = (given) => {
    const kept = (won ? given.replace(/^0+/, "") : given).slice(0, longest);
    field.value = won
      ? kept.replace(/\B(?=(\d{3})+$)/g, ",")
      : kept.length > 3 ? kept.slice(0, 3) + " " + kept.slice(3) : kept;
  };
  pad.hidden = false;
  field.setAttribute("inputmode", "none");
  if (/^[\d,\s]*$/.test(field.value)) show(digits());
  field.addEventListener("input", () => { if (/^[\d,\s]*$/.test(field.value)) show(digits()); });
  pad.addEventListener("click", (event) => {
    const key = event.target.closest("button");
    if (!key) return;
    if (key.dataset.digit) show(digits() + key.dataset.digit);
    else if (key.dataset.add) show(String(Number(digits() || 0) + Number(key.dataset.add)));
    else if ("clear" in key.dataset) show("");
    else show(digits().slice(0, -1));
  });
}
