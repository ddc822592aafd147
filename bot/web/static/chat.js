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
  notSent: "Ce message n'est pas parti.",
  offline: "Vous semblez hors ligne. Votre message est gardé ici : réessayez dès que la connexion revient.",
  down: "Le service ne répond pas pour le moment. Réessayez dans quelques instants.",
  over: "La conversation est effacée.",
  again: "Commencer une nouvelle conversation",
  question: (step, of) => `Question ${step} sur ${of}`,
  quotes: "Vous avez écrit",
  newTab: " (nouvel onglet)",
};

const byId = (id) => document.getElementById(id);
const [log, input, form, choices, typing, notice] =
  ["log", "input", "form", "choices", "typing", "notice"].map(byId);
const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
let conversation = null;
let busy = false;

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
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
  for (const part of text.split("\n")) if (part.trim()) message.append(element("p", "", part));
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
  const offering = messages.filter((message) => message.choices.length).at(-1);
  showChoices(offering ? offering.choices : []);
  if (messages.some((message) => message.effect === "erase")) end();
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

// Bring what is new into view, from its first line; the choices too when all of it fits.
function reveal(first) {
  const margin = 16;
  const below = form.getBoundingClientRect().height + margin;
  const end = (choices.hidden ? log : choices).getBoundingClientRect().bottom;
  const hidden = end - (window.innerHeight - below);
  const top = Math.min(hidden, first.getBoundingClientRect().top - margin);
  if (top > 0) window.scrollBy({ top, behavior: calm.matches ? "auto" : "smooth" });
}

// Turns

async function send(body, label, previous) {
  if (busy || !label.trim()) return;
  busy = true;
  hideNotice();
  const said = previous || bubble("person", label);
  said.querySelector(".failed")?.remove();
  if (!previous) log.append(said);
  reveal(said);
  const turn = { ...body, client_id: body.client_id || crypto.randomUUID?.() || String(Math.random()) };
  typing.textContent = TEXTS.typing;
  try {
    const { messages } = await request("POST", `/${conversation.id}/messages`, turn);
    typing.textContent = "";
    await show(messages, { slowly: true });
    reveal(said);
  } catch (problem) {
    typing.textContent = "";
    fail(problem, said, turn, label);
  } finally {
    busy = false;
    input.focus({ preventScroll: true });
  }
}

function fail(problem, said, turn, label) {
  if (problem.status === 401 || problem.status === 404 || problem.status === 410) return end(problem.message);
  const failed = element("p", "failed", `${TEXTS.notSent} `);
  const retry = element("button", "button", TEXTS.retry);
  retry.type = "button";
  retry.addEventListener("click", () => send(turn, label, said));
  // A message that will never be accepted is not worth sending again.
  if (problem.status !== 413 && problem.status !== 422) failed.append(retry);
  said.append(failed);
  showNotice(problem.message);
}

function showNotice(text) {
  notice.textContent = text;
  notice.hidden = false;
}

function hideNotice() {
  notice.hidden = true;
}

function end(message) {
  sessionStorage.removeItem(KEY);
  conversation = null;
  form.hidden = true;
  document.querySelector(".actions").hidden = true;
  byId("progress").hidden = true;
  const again = element("button", "button primary", TEXTS.again);
  again.type = "button";
  again.addEventListener("click", () => window.location.reload());
  choices.replaceChildren(again);
  choices.hidden = false;
  if (message) showNotice(message);
}

// Opening

function open() {
  byId("welcome").hidden = true;
  byId("chat").hidden = false;
  document.body.classList.add("talking");
}

async function start() {
  const button = byId("start");
  button.disabled = true;
  try {
    const opened = await request("POST", "", { channel: "web" });
    conversation = { id: opened.id, token: opened.token };
    sessionStorage.setItem(KEY, JSON.stringify(conversation));
    open();
    await show(opened.messages, { slowly: true });
    if (log.firstElementChild) reveal(log.firstElementChild);
    input.focus({ preventScroll: true });
  } catch (problem) {
    button.disabled = false;
    byId("welcome").append(notice);
    showNotice(problem.message);
  }
}

async function resume(kept) {
  conversation = kept;
  open();
  try {
    const { messages, progress } = await request("GET", `/${kept.id}`);
    await show(messages, { slowly: false });
    if (progress.step) showProgress(progress);
    log.lastElementChild?.scrollIntoView({ block: "start" });
  } catch (problem) {
    if (problem.status) return end(problem.message);
    showNotice(problem.message);
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
  if (!text.trim() || busy) return;
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
function fit() {
  input.style.height = "auto";
  input.style.height = `${Math.min(input.scrollHeight, 160)}px`;
}

const kept = sessionStorage.getItem(KEY);
if (kept) resume(JSON.parse(kept));
