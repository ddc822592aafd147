// What was said: bubbles, cards, and how they come into view.

const calm = matchMedia("(prefers-reduced-motion: reduce)");

class Log {
  // level: heading level of cards; choose(choice): a choice of a card was clicked.
  constructor({ level, choose }) {
    this.level = level;
    this.choose = choose;
    this.plain = false;
    this.shown = new Set(); // ids: an answer may come with two messages that it answers
    this.said = []; // bubbles that have a shorter text: { bubble, author, message }
    this.element = h("div.log", {
      role: "log",
      "aria-live": "polite",
      "aria-relevant": "additions",
      "aria-label": TEXTS.messages,
    });
  }

  get last() {
    return this.element.lastElementChild;
  }

  // Show one message of the API; returns the person's bubble when it is hers.
  add(message) {
    if (this.shown.has(message.id)) return null;
    this.shown.add(message.id);
    const bubble = message.text ? this.say(message.author, message) : null;
    if (message.cards.length) {
      this.element.append(h("div.cards", {}, ...message.cards.map((card) => this._card(card))));
    }
    return message.author === "person" ? bubble : null;
  }

  say(author, message) {
    const bubble = h(`div.message.${author}`);
    this._write(bubble, author, message);
    if (message.plain) this.said.push({ bubble, author, message });
    this.element.append(bubble);
    return bubble;
  }

  // Switch every message to its shorter text, or back, without having it all read out again.
  setPlain(plain) {
    this.plain = plain;
    this.element.setAttribute("aria-live", "off");
    for (const { bubble, author, message } of this.said) this._write(bubble, author, message);
    requestAnimationFrame(() => this.element.setAttribute("aria-live", "polite"));
  }

  textOf(message) {
    return (this.plain && message.plain) || message.text;
  }

  _write(bubble, author, message) {
    const lines = this.textOf(message).split("\n").filter((line) => line.trim());
    bubble.replaceChildren(
      unseen(`${author === "bot" ? TEXTS.name : TEXTS.you} : `),
      ...lines.map((line) => h("p", { dir: "auto" }, line)),
    );
  }

  _card(card) {
    return h(
      `article.card.${card.kind}`,
      {},
      h(`h${this.level}`, { dir: "auto" }, card.title),
      card.subtitle && h("p.subtitle", { dir: "auto" }, card.subtitle),
      card.text && h("p", { dir: "auto" }, card.text),
      ...quotesOf(card),
      card.facts && card.facts.length && h("dl", {}, ...card.facts.flatMap(rowOf)),
      card.note && h("p.note", { dir: "auto" }, card.note),
      card.link && /^https?:/.test(card.link.url) && outside(card.link.label, card.link.url, card.title),
      card.choices && card.choices.length && h("div.card-choices", {}, ...this._choices(card)),
    );
  }

  _choices(card) {
    return card.choices.map((choice) => {
      const made = button(choice.label, () => this.choose(choice));
      made.append(unseen(` : ${card.title}`));
      return made;
    });
  }
}

function quotesOf({ quotes }) {
  if (!quotes || !quotes.length) return [];
  const title = h("p.quotes-title", {}, TEXTS.quotes);
  return [title, ...quotes.map((quote) => h("blockquote", { dir: "auto" }, quote))];
}

function rowOf({ label, value }) {
  const lines = value.split("\n");
  const shown = lines.length > 1 ? h("ul", {}, ...lines.map((line) => h("li", {}, line))) : value;
  return [h("dt", {}, label), h("dd", { dir: "auto" }, shown)];
}

// Messages arrive one after the other, as fast as one reads, but never make anybody wait: a touch
// or a key shows all that is left at once.
class Pace {
  constructor() {
    this._skipped = false;
    this._go = null;
  }

  begin() {
    this._skipped = calm.matches;
  }

  after(text) {
    if (this._skipped) return Promise.resolve();
    const ms = Math.min(1800, Math.max(400, text.length * 14)); // some 70 characters a second
    return new Promise((go) => {
      const timer = setTimeout(go, ms);
      this._go = () => {
        clearTimeout(timer);
        go();
      };
    });
  }

  skip() {
    this._skipped = true;
    if (this._go) this._go();
  }
}

// Bring what is new into view from its first line, and all that follows when it fits. Never moves
// up: who scrolled back to read again is left alone.
function reveal(first, last, view) {
  const margin = 16;
  const { top, bottom } = view.edges();
  const hidden = last.getBoundingClientRect().bottom + margin - bottom;
  const distance = Math.min(hidden, first.getBoundingClientRect().top - margin - top);
  if (distance > 0) view.scrollBy({ top: distance, behavior: calm.matches ? "auto" : "smooth" });
}
