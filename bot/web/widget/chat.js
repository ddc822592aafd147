// One conversation, from the welcome to its end.

const touch = matchMedia("(hover: none) and (pointer: coarse)");
const SLOW_MS = 8000;

class Chat {
  // scroller: what scrolls, the page itself when fullPage; opening: the portal's own first words;
  // link: the token of a link to continue; renew(messages): make place for another conversation,
  // the one that these messages are of, or a new one.
  constructor({ api, fullPage, scroller, opening, link, renew }) {
    this.api = api;
    this.fullPage = fullPage;
    this.scroller = scroller;
    this.link = link;
    this.renew = renew;
    this.panel = null;
    this.busy = false;
    this.sendNext = false; // Enter was pressed while an answer was awaited
    this.asked = null; // the message of the bot whose question waits for an answer
    this.answer = null; // the person's bubble of this turn
    this.next = null; // the message of this turn that asks a question
    this.movedOn = false; // whether this turn shows roles
    this.wandered = false; // the person scrolls by herself: nothing moves until she sends again
    this.pace = new Pace();
    this.reader = new Reader();
    this.level = fullPage ? 1 : 2;
    this.log = new Log({ level: this.level + 1, choose: (choice) => this._choose(choice) });
    this.composer = new Composer({
      send: (text) => this._typed(text),
      refuse: (sentence) => this._tell(sentence),
    });
    this.commands = new Commands({
      fullPage,
      say: (text) => this._say(text),
      summary: () => this._open(summaryPanel),
      later: () => this._open(laterPanel),
      plain: (on) => this.log.setPlain(on),
      aloud: (on) => this.reader.set(on),
      dictation: (on) => this._dictate(on),
    });
    this._build(opening);
    for (const type of ["pointerdown", "keydown"]) {
      this.element.addEventListener(type, () => this.pace.skip());
    }
    for (const type of ["wheel", "touchmove"]) {
      this.element.addEventListener(type, () => this._wander(), { passive: true });
    }
  }

  _build(opening) {
    const { level } = this;
    this.notice = h("p.notice", { role: "alert", hidden: true });
    this.typing = h("p.typing", { role: "status" });
    this.choices = h("div.choices", { role: "group", "aria-label": TEXTS.choices, hidden: true });
    this.progress = h(
      "div.progress",
      { hidden: true },
      h("label", { for: "progress" }),
      h("progress", { id: "progress", value: 0, max: 1 }),
    );
    const known = this.link || this.api.conversation;
    this.start = button(known ? TEXTS.welcome.resume : TEXTS.welcome.start, () => this.open());
    this.start.classList.add("primary");
    this.foot = h("div.foot", {}, this.composer.element, this.commands.element);
    this.welcome = h(
      "section.welcome",
      { "aria-labelledby": "welcome-title" },
      h(`h${level}`, { id: "welcome-title" }, TEXTS.welcome.title),
      h("p.lead", { dir: "auto" }, opening || TEXTS.welcome.lead),
      h("ul.promises", {}, ...TEXTS.welcome.promises.map((promise) => h("li", {}, promise))),
      this.start,
      codeForm((code) => this.resume({ code })),
    );
    this.talk = h(
      "section.talk",
      { "aria-label": TEXTS.conversation, hidden: true },
      h(`h${level}.unseen`, {}, TEXTS.conversation),
      this.progress,
      this.log.element,
      this.typing,
      this.choices,
      this.notice,
      this.foot,
    );
    this.element = h("div.chat", {}, this.welcome, this.talk);
  }

  // Beginning

  // Begin, or go on where the tab was; the only thing that makes a first request.
  async open() {
    if (this.busy || !this.talk.hidden) return;
    if (this.link) return this._follow();
    if (this.api.conversation) return this._goOn();
    this.busy = true;
    this.start.disabled = true;
    try {
      const messages = await this.api.open();
      this._begin();
      await this._show(messages, { slowly: true });
      this._moveOn(this.log.element.firstElementChild);
    } catch (problem) {
      this.welcome.append(this.notice);
      this._tell(sentenceOf(problem));
    } finally {
      this.start.disabled = false;
      this.busy = false;
    }
  }

  // A link is followed once; when it does not work, one may begin all the same.
  async _follow() {
    const { link } = this;
    this.link = null;
    const refused = await this.resume({ link });
    if (!refused) return;
    if (!this.api.conversation) this.start.textContent = TEXTS.welcome.start;
    this.welcome.append(this.notice);
    this._tell(refused);
  }

  // By a code or a link, in place of what is shown; a sentence when that is refused.
  async resume(proof) {
    try {
      this.renew(await this.api.resume(proof));
      return "";
    } catch (problem) {
      return sentenceOf(problem);
    }
  }

  async _goOn() {
    this._begin();
    this._offer([]);
    try {
      await this.restore(await this.api.read());
    } catch (problem) {
      const sentence = sentenceOf(problem);
      if (problem.isFinal) return this._end(sentence);
      this._tell(sentence);
      this._offerOne(TEXTS.retry, () => this._goOn());
    }
  }

  // Show a conversation as it was left.
  async restore(messages) {
    this._begin();
    await this._show(messages, { slowly: false });
  }

  _begin() {
    this.welcome.hidden = true;
    this.talk.hidden = false;
    this.foot.before(this.notice);
    this.notice.hidden = true;
  }

  // Messages

  // After: the person's bubble that they answer.
  async _show(messages, { slowly, after }) {
    this.pace.begin();
    const from = () => after || (slowly ? this.log.element.firstElementChild : this.log.last);
    let before = "";
    for (const message of messages) {
      if (slowly && before) {
        this.typing.textContent = TEXTS.typing;
        await this.pace.after(before);
      }
      this.typing.textContent = "";
      this._showOne(message, slowly);
      before = this.log.textOf(message);
      if (slowly) this._reveal(from());
    }
    this._settle();
    this._offer(offeredBy(messages));
    if (this.log.last) this._reveal(from());
    if (messages.some((message) => message.effect === "erase")) this._end();
  }

  _showOne(message, aloud) {
    if (message.author === "person") this._settle();
    const answer = this.log.add(message);
    if (answer) this.answer = answer;
    if (message.progress) this._showProgress(message.progress);
    if (message.question) this.next = message;
    this.movedOn = this.movedOn || message.cards.some((card) => card.kind === "role");
    if (aloud) this.reader.say(this.log.textOf(message));
  }

  // At the end of a turn: what the person said answered the question before it when the bot went on
  // to another question, or to roles; not when the same question was asked again.
  _settle() {
    const { answer, asked, next, movedOn } = this;
    const answered = next ? asked && asked.question !== next.question : movedOn;
    if (answer && answered && asked && asked.change) {
      answer.append(this._changeButton(asked.change, answer));
    }
    if (next || answered) this.asked = next;
    this.answer = null;
    this.next = null;
    this.movedOn = false;
  }

  _changeButton(change, bubble) {
    const text = bubble.querySelector("p").textContent;
    // Not announced: it comes with each answer, and is found where the answer is.
    const made = button(TEXTS.change, () => this._choose(change), { "aria-live": "off" });
    made.classList.add("change");
    made.append(unseen(fill(TEXTS.change_what, { text })));
    return made;
  }

  _offer(choices) {
    this.choices.replaceChildren(
      ...choices.map((choice) => button(choice.label, () => this._choose(choice))),
    );
    this.choices.hidden = choices.length === 0;
  }

  _offerOne(label, act) {
    const made = button(label, act);
    made.classList.add("primary");
    this.choices.replaceChildren(made);
    this.choices.hidden = false;
  }

  _showProgress({ step, of }) {
    const [label, bar] = this.progress.children;
    this.progress.hidden = false;
    label.textContent = fill(TEXTS.question, { step, of });
    bar.max = of;
    bar.value = step;
  }

  // Turns

  _typed(text) {
    this.pace.skip();
    if (this.busy) {
      this.sendNext = true;
      return;
    }
    this.composer.clear();
    this._send({ text }, text.trim());
  }

  _say(text) {
    this._send({ text }, text);
  }

  _choose(choice) {
    this._send({ choice: choice.id }, choice.label);
  }

  async _send(body, label, previous) {
    if (this.busy) return;
    this.busy = true;
    this.sendNext = false;
    this.wandered = false;
    this.notice.hidden = true;
    this.reader.stop();
    const said = previous || this.log.say("person", { text: label });
    const failure = said.querySelector(".failed");
    if (failure) failure.remove();
    this._reveal(said);
    const turn = { ...body, client_id: body.client_id || newKey() };
    const last = this.log.last;
    this.typing.textContent = TEXTS.typing;
    const slow = setTimeout(() => (this.typing.textContent = TEXTS.slow), SLOW_MS);
    try {
      const messages = await this.api.send(turn);
      clearTimeout(slow);
      this.answer = said;
      await this._show(messages, { slowly: true, after: said });
      this._moveOn(last.nextElementSibling || last);
    } catch (problem) {
      this._fail(problem, said, turn, label);
      this._reveal(said);
    } finally {
      clearTimeout(slow);
      this.typing.textContent = "";
      this.busy = false;
    }
    if (this.sendNext && !this.talk.hidden && !said.querySelector(".failed")) this.composer.enter();
  }

  _fail(problem, said, turn, label) {
    const sentence = sentenceOf(problem);
    if (problem.isFinal) return this._end(sentence);
    this._tell(sentence);
    const failed = h("p.failed", {}, `${TEXTS.unanswered} `);
    said.append(failed);
    if (problem.isRefusal) return;
    const retry = button(TEXTS.retry, () => this._send(turn, label, said));
    failed.append(retry);
    if (!this.composer.isFocused) retry.focus({ preventScroll: true });
  }

  _tell(sentence) {
    this.notice.textContent = sentence;
    this.notice.hidden = false;
  }

  _end(sentence) {
    this.api.forget();
    this.hush();
    this.foot.hidden = true;
    if (this.panel) this.panel.remove();
    this.progress.hidden = true;
    this._offerOne(TEXTS.again, () => this.renew());
    if (sentence) this._tell(sentence);
  }

  // Beside the conversation

  async _open(make) {
    if (this.panel) this.panel.remove();
    try {
      this.panel = make(await this.api.links(), {
        close: () => this.commands.toggle.focus({ preventScroll: true }),
        resume: (code) => this.resume({ code }),
      });
    } catch (problem) {
      return this._tell(sentenceOf(problem));
    }
    this.foot.before(this.panel);
    this.panel.querySelector("h2").focus({ preventScroll: true });
    reveal(this.panel, this.panel, this);
  }

  // Neither voice nor ear any more, until the next message.
  hush() {
    this.reader.stop();
    this.composer.dictation.stop();
  }

  _dictate(on) {
    this.composer.dictation.set(on);
    if (!on) return;
    this._tell(TEXTS.dictate.warning);
    this.commands.show(false);
    this.composer.dictation.button.focus();
  }

  _wander() {
    this.pace.skip();
    this.wandered = true;
  }

  // Where one looks, and where the keyboard is

  // After a turn: whoever types goes on typing. Otherwise on to the choices, to new cards, or to
  // the field; but never to the field on a phone, whose keyboard would cover what there is to read.
  _moveOn(first) {
    if (this.composer.isFocused || this.talk.hidden) return;
    let next = this.composer.field;
    if (!this.choices.hidden) next = this.choices;
    else if (touch.matches || this.log.last.className === "cards") next = first;
    if (next !== this.composer.field) next.tabIndex = -1;
    next.focus({ preventScroll: true });
  }

  focus() {
    if (this.talk.hidden) this.start.focus({ preventScroll: true });
    else this._moveOn(this.log.last);
  }

  _reveal(first) {
    if (this.wandered) return;
    const last = [this.notice, this.choices, this.log.element].find((part) => !part.hidden);
    reveal(first, last, this);
  }

  scrollBy(options) {
    (this.fullPage ? window : this.scroller).scrollBy(options);
  }

  // Top and bottom of what can be seen, in pixels of the window.
  edges() {
    const whole = { top: 0, bottom: window.innerHeight };
    const { top, bottom } = this.fullPage ? whole : this.scroller.getBoundingClientRect();
    const taken = (part) => (getComputedStyle(part).position === "sticky" ? part.offsetHeight : 0);
    return { top: top + taken(this.progress), bottom: bottom - taken(this.foot) };
  }

  setOnline(online) {
    if (this.talk.hidden || this.foot.hidden) return;
    if (online) this.notice.hidden = true;
    else this._tell(TEXTS.offline);
  }
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

// What a person reads of a problem; anything else is a fault of ours and must be seen as one.
function sentenceOf(problem) {
  if (!(problem instanceof Problem)) throw problem;
  return problem.message;
}

// A key of one's own for each message, so that a retry is known as one.
function newKey() {
  return crypto.randomUUID ? crypto.randomUUID() : `${Date.now()}-${Math.random()}`;
}
