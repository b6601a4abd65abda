// Remember a payment whose answer never came: offered on the wallet, forgotten on its receipt.
"use strict";
const PENDING = "onnuri.pending";
const waiting = localStorage.getItem(PENDING);
const offer = document.querySelector("[data-pending]");
if (!offer) localStorage.removeItem(PENDING);
else if (waiting?.startsWith("/wallet/pay/confirm?")) {
  offer.href = waiting;
  offer.hidden = false;
}
