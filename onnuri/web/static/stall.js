// The stall's page lives: payments arrive, are spoken aloud, and a broken line is shown as broken.
"use strict";
const list = document.querySelector("[data-arrivals]");
const totals = document.querySelector("[data-totals]");
const link = document.querySelector("[data-link]");
const sound = document.querySelector("[data-sound]");
const SILENCE_MAX_MS = 25000;
let speaking = false;
let heard = Date.now();

const line = (on) => {
  link.textContent = on ? link.dataset.on : link.dataset.off;
  link.classList.toggle("on", on);
  link.classList.toggle("off", !on);
};
const piece = (html) => new DOMParser().parseFromString(html, "text/html").body;
const say = (words) => {
  if (!speaking) return;
  const spoken = new SpeechSynthesisUtterance(words);
  spoken.lang = sound.dataset.voice;
  spoken.rate = 0.95;
  speechSynthesis.speak(spoken);
};

const show = (arrival) => {
  const fresh = piece(arrival.piece).firstElementChild;
  const known = document.getElementById(fresh.id);
  if (known) {
    known.classList.remove("new");
    if (known.isEqualNode(fresh)) return;
    known.replaceWith(fresh);
  } else list.prepend(fresh);
  fresh.classList.add("new");
  document.querySelector("[data-empty]").hidden = true;
  say(arrival.spoken);
};

const events = new EventSource(list.dataset.events);
events.addEventListener("open", () => { heard = Date.now(); line(true); });
events.addEventListener("error", () => {
  line(false);
  // The browser gave up (signed out, say): the page itself knows what to do.
  if (events.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 3000);
});
events.addEventListener("alive", () => { heard = Date.now(); line(true); });
events.addEventListener("news", (event) => {
  heard = Date.now();
  line(true);
  const news = JSON.parse(event.data);
  for (const arrival of news.arrivals) show(arrival);
  totals.replaceChildren(...piece(news.totals).childNodes);
});
setInterval(() => { if (Date.now() - heard > SILENCE_MAX_MS) line(false); }, 1000);

if ("speechSynthesis" in window) {
  sound.hidden = false;
  sound.addEventListener("click", () => {
    speaking = !speaking;
    sound.setAttribute("aria-pressed", String(speaking));
    sound.textContent = speaking ? sound.dataset.on : sound.dataset.off;
    speechSynthesis.cancel();
    say(sound.dataset.test);
  });
}
