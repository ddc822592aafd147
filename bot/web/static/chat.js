// The chat page. Nothing is requested or stored before "Commencer"; afterwards only the id and the
// token of the conversation, in sessionStorage. Every text is set as text, never as HTML.
"use strict";

const KEY = "declic";
const PAUSE_MS = 350;
const TEXTS = {
  typing: "Déclic écrit…",
  you: "Vous",
  bot: "Déclic",
  retry: "Réessayer",
  unanswered: "Ce message est resté sans réponse.",
  offline: "Vous semblez hors ligne. Votre message est gardé ici : réessayez dès que la connexion revient.",
  down: "Le service ne répond pas pour le moment. Réessayez dans quelques instants.",
  left: (count) => (count === 1 ? "Encore 1 caractère." : `Encore ${count} caractères.`),
  tooMany: (count) => `Votre message est trop long : ${count} ${count === 1 ? "caractère" : "caractères"} de trop.`,
  again: "Commencer une nouvelle conversation",
  question: (step, of) => `Question ${step} sur ${of}`,
  quotes: "Vous avez écrit",
  newTab: " (nouvel onglet)",
};

const byId = (id) => document.getElementById(id);
const [log, input, form, choices, typing, notice] =
  ["log", "input", "form", "choices", "typing", "notice"].map(byId);
const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
const touch = window.matchMedia("(hover: none) and (pointer: coarse)");
let conversation = null;
let busy = false;
let sendNext = false; // Enter was pressed while an answer was awaited

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

// What stays in the tab. A browser may refuse storage: a reload then starts anew.

function keep(value) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(value));
  } catch {
    /* the conversation goes on without it */
  }
}

function keptBefore() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY));
  } catch {
    return null;
  }
}

function forget() {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    /* nothing was kept */
  }
}

// The API

class Problem extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

async function request(method, path, body) {
  const headers = { "Content-Type": "application/json" };
  if (conversation) headers.Authorization = `Bearer ${conversation.token}`;
  let response;
  try {
    response = await fetch(`/api/conversations${path}`, {
      method,
      headers,
      body: body && JSON.stringify(body),
    });
  } catch {
    throw new Problem(navigator.onLine ? TEXTS.down : TEXTS.offline, 0);
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Problem(answer.detail || TEXTS.down, response.status);
  return answer;
}

// Messages

function bubble(author, text) {
  const message = element("div", `message ${author}`);
  message.append(element("span", "visually-hidden", `${TEXTS[author === "bot" ? "bot" : "you"]} : `));
  for (const part of text.split("\n")) {
    if (!part.trim()) continue;
    const paragraph = element("p", "", part);
    paragraph.dir = "auto";
    message.append(paragraph);
  }
  return message;
}

function cardOf(data) {
  const card = element("article", `card ${data.kind}`);
  card.append(element("h2", "", data.title));
  if (data.subtitle) card.append(element("p", "subtitle", data.subtitle));
  if (data.text) card.append(element("p", "", data.text));
  if (data.quotes && data.quotes.length) {
    card.append(element("p", "quotes-title", TEXTS.quotes));
    for (const quote of data.quotes) card.append(element("blockquote", "", quote));
  }
  if (data.facts && data.facts.length) {
    const facts = element("dl");
    for (const fact of data.facts) {
      const value = element("dd");
      const lines = fact.value.split("\n");
      if (lines.length > 1) {
        const list = element("ul");
        for (const line of lines) list.append(element("li", "", line));
        value.append(list);
      } else {
        value.textContent = fact.value;
      }
      facts.append(element("dt", "", fact.label), value);
    }
    card.append(facts);
  }
  if (data.note) card.append(element("p", "note", data.note));
  if (data.link && /^https?:/.test(data.link.url)) {
    const link = element("a", "", data.link.label);
    link.href = data.link.url;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    link.append(element("span", "visually-hidden", `, ${data.title}${TEXTS.newTab}`));
    card.append(link);
  }
  if (data.choices && data.choices.length) {
    const group = element("div", "card-choices");
    for (const choice of data.choices) {
      const button = choiceButton(choice);
      button.append(element("span", "visually-hidden", ` : ${data.title}`));
      group.append(button);
    }
    card.append(group);
  }
  return card;
}

function choiceButton(choice) {
  const button = element("button", "button", choice.label);
  button.type = "button";
  button.addEventListener("click", () => send({ choice: choice.id }, choice.label));
  return button;
}

async function show(messages, { slowly }) {
  for (const [index, message] of messages.entries()) {
    if (slowly && index > 0 && !calm.matches) await new Promise((done) => setTimeout(done, PAUSE_MS));
    if (message.text) log.append(bubble(message.author, message.text));
    if (message.cards.length) {
      const cards = element("div", "cards");
      cards.append(...message.cards.map(cardOf));
      log.append(cards);
    }
    if (message.progress) showProgress(message.progress);
  }
  showChoices(offeredBy(messages));
  if (messages.some((message) => message.effect === "erase")) end();
}

// The choices of the last turn only: what was offered before has been answered.
function offeredBy(messages) {
  let offered = [];
  for (const message of messages) {
    if (message.author === "person") offered = [];
    else if (message.choices.length) offered = message.choices;
  }
  return offered;
}

function showChoices(offered) {
  choices.replaceChildren(...offered.map(choiceButton));
  choices.hidden = offered.length === 0;
}

function showProgress({ step, of }) {
  byId("progress").hidden = false;
  byId("progress-text").textContent = TEXTS.question(step, of);
  byId("progress-bar").max = of;
  byId("progress-bar").value = step;
}

// Bring what is new into view, from its first line; all that follows it too when it fits.
function reveal(first) {
  const margin = 16;
  const below = form.getBoundingClientRect().height + margin;
  const last = [notice, choices, log].find((part) => !part.hidden);
  const hidden = last.getBoundingClientRect().bottom - (window.innerHeight - below);
  const top = Math.min(hidden, first.getBoundingClientRect().top - margin);
  if (top > 0) window.scrollBy({ top, behavior: calm.matches ? "auto" : "smooth" });
}

// After a turn: whoever types goes on typing. Otherwise on to the choices, to new cards, or to the
// field; but never to the field on a phone, whose keyboard would cover what there is to read.
function moveOn(first) {
  if (document.activeElement === input) return;
  let next = input;
  if (!choices.hidden) next = choices;
  else if (touch.matches || log.lastElementChild.className === "cards") next = first;
  if (next !== input) next.tabIndex = -1;
  next.focus({ preventScroll: true });
}

// Turns

async function send(body, label, previous) {
  if (busy || !label.trim()) return;
  busy = true;
  sendNext = false;
  hideNotice();
  const said = previous || bubble("person", label);
  said.querySelector(".failed")?.remove();
  if (!previous) log.append(said);
  reveal(said);
  const turn = { ...body, client_id: body.client_id || crypto.randomUUID?.() || String(Math.random()) };
  const last = log.lastElementChild;
  typing.textContent = TEXTS.typing;
  try {
    const { messages } = await request("POST", `/${conversation.id}/messages`, turn);
    typing.textContent = "";
    await show(messages, { slowly: true });
    moveOn(last.nextElementSibling || last);
  } catch (problem) {
    typing.textContent = "";
    fail(problem, said, turn, label);
  } finally {
    busy = false;
    reveal(said);
  }
  if (sendNext && conversation && !said.querySelector(".failed")) form.requestSubmit();
}

function fail(problem, said, turn, label) {
  if (isOver(problem)) return end(problem.message);
  showNotice(problem.message);
  const failed = element("p", "failed", `${TEXTS.unanswered} `);
  said.append(failed);
  // A message that will never be accepted is not worth sending again.
  if (problem.status === 413 || problem.status === 422) return;
  const retry = element("button", "button", TEXTS.retry);
  retry.type = "button";
  retry.addEventListener("click", () => send(turn, label, said));
  failed.append(retry);
  if (document.activeElement !== input) retry.focus({ preventScroll: true });
}

function isOver(problem) {
  return [401, 404, 410].includes(problem.status);
}

function showNotice(text) {
  notice.textContent = text;
  notice.hidden = false;
}

function hideNotice() {
  notice.hidden = true;
}

function end(message) {
  forget();
  conversation = null;
  form.hidden = true;
  document.querySelector(".actions").hidden = true;
  byId("progress").hidden = true;
  offer(TEXTS.again, () => window.location.reload());
  if (message) showNotice(message);
}

// One button in place of the choices.
function offer(label, act) {
  const button = element("button", "button primary", label);
  button.type = "button";
  button.addEventListener("click", act);
  choices.replaceChildren(button);
  choices.hidden = false;
}

// Opening

function open() {
  byId("welcome").hidden = true;
  byId("chat").hidden = false;
  form.before(notice);
}

async function start() {
  const button = byId("start");
  button.disabled = true;
  try {
    const opened = await request("POST", "", { channel: "web" });
    conversation = { id: opened.id, token: opened.token };
    keep(conversation);
    hideNotice();
    open();
    await show(opened.messages, { slowly: true });
    moveOn(log.firstElementChild);
    reveal(log.firstElementChild);
  } catch (problem) {
    button.disabled = false;
    byId("welcome").append(notice);
    showNotice(problem.message);
  }
}

async function resume() {
  open();
  hideNotice();
  showChoices([]);
  try {
    const { messages } = await request("GET", `/${conversation.id}`);
    await show(messages, { slowly: false });
    log.lastElementChild?.scrollIntoView({ block: "start" });
  } catch (problem) {
    if (isOver(problem)) return end(problem.message);
    showNotice(problem.message);
    offer(TEXTS.retry, resume);
  }
}

byId("start").addEventListener("click", start);
byId("print").addEventListener("click", () => window.print());
for (const button of document.querySelectorAll("[data-say]")) {
  button.addEventListener("click", () => send({ text: button.dataset.say }, button.dataset.say));
}
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = input.value;
  if (!text.trim()) return;
  if (busy) {
    sendNext = true;
    return;
  }
  const extra = -charactersLeft();
  if (extra > 0) return showNotice(TEXTS.tooMany(extra));
  input.value = "";
  fit();
  send({ text }, text.trim());
});
input.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
});
input.addEventListener("input", fit);
window.addEventListener("offline", () => conversation && showNotice(TEXTS.offline));
window.addEventListener("online", hideNotice);

// The limit is that of the server, which counts whole characters.
function charactersLeft() {
  return input.dataset.longest - [...input.value].length;
}

function fit() {
  input.style.height = "auto";
  input.style.height = `${Math.min(input.scrollHeight, 160)}px`;
  const left = charactersLeft();
  const limit = byId("limit");
  limit.hidden = left > input.dataset.longest / 5;
  limit.textContent = limit.hidden ? "" : left < 0 ? TEXTS.tooMany(-left) : TEXTS.left(left);
  input.setAttribute("aria-invalid", String(left < 0));
}

conversation = keptBefore();
if (conversation) resume();
