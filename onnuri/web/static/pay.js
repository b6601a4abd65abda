// Send the payment and wait for its answer. An answer that is lost is asked for again with the same key.
"use strict";
const form = document.querySelector("[data-pay]");
const asking = form.querySelector("[data-asking]");
const lost = form.querySelector("[data-lost]");
const PENDING = "onnuri.pending";
const WAITS_MS = [1000, 2000, 4000, 8000];

const show = (page) => {
  const fresh = new DOMParser().parseFromString(page, "text/html");
  document.title = fresh.title;
  document.querySelector("main").replaceWith(fresh.querySelector("main"));
};

const ask = async (again) => {
  const body = new URLSearchParams(new FormData(form));
  if (again) body.set("again", "true");
  const answer = await fetch(form.action, { method: "POST", body, signal: AbortSignal.timeout(15000) });
  if (answer.status >= 500) throw new Error("not known yet");
  return answer;
};

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  for (const control of form.querySelectorAll("button, a")) control.hidden = true;
  asking.hidden = false;
  // The address of this page holds the key: opening it again asks about the same payment.
  localStorage.setItem(PENDING, location.pathname + location.search);
  for (let round = 0; ; round += 1) {
    try {
      const answer = await ask(round > 0);
      // Led anywhere but to the receipt (to sign in again, say) the payment stays remembered.
      const settled = !answer.redirected || new URL(answer.url).pathname.startsWith("/wallet/payments/");
      if (settled) localStorage.removeItem(PENDING);
      if (answer.redirected) location.replace(answer.url);
      else show(await answer.text());
      return;
    } catch {
      asking.hidden = true;
      lost.hidden = false;
      await new Promise((next) => setTimeout(next, WAITS_MS[Math.min(round, WAITS_MS.length - 1)]));
    }
  }
});
