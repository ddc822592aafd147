// The field in which the person writes.

class Composer {
  // send(text): a text that fits was entered; refuse(sentence): it is too long.
  constructor({ send, refuse }) {
    this.send = send;
    this.refuse = refuse;
    this.limit = h("p.limit", { id: "limit", hidden: true });
    this.field = h("textarea", {
      id: "field",
      rows: 1,
      placeholder: TEXTS.placeholder,
      autocomplete: "off",
      enterkeyhint: "send",
      "aria-describedby": "limit",
      input: () => this.fit(),
      keydown: (event) => this._keyed(event),
    });
    this.dictation = new Dictation({
      heard: (text) => this._append(text),
      failed: () => refuse(TEXTS.dictate.failed),
    });
    this.element = h(
      "form.composer",
      { submit: (event) => this._submitted(event) },
      h("label.unseen", { for: "field" }, TEXTS.field),
      this.field,
      this.dictation.button,
      h("button.button.primary", { type: "submit" }, TEXTS.send),
      this.limit,
    );
  }

  get isFocused() {
    return this.field.getRootNode().activeElement === this.field;
  }

  clear() {
    this.field.value = "";
    this.fit();
  }

  enter() {
    const text = this.field.value;
    if (!text.trim()) return;
    const left = this._left();
    if (left < 0) this.refuse(this._said(left));
    else this.send(text);
  }

  fit() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight + 3, 160)}px`;
    const left = this._left();
    this.limit.hidden = left > LONGEST / 5;
    this.limit.textContent = this.limit.hidden ? "" : this._said(left);
    this.field.setAttribute("aria-invalid", String(left < 0));
  }

  _submitted(event) {
    event.preventDefault();
    this.enter();
  }

  _keyed(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.enter();
  }

  _append(text) {
    const before = this.field.value && !/\s$/.test(this.field.value) ? " " : "";
    this.field.value += before + text;
    this.fit();
  }

  // The limit is that of the server, which counts whole characters.
  _left() {
    return LONGEST - [...this.field.value].length;
  }

  _said(left) {
    if (left >= 0) return left === 1 ? TEXTS.left_one : fill(TEXTS.left, { count: left });
    return left === -1 ? TEXTS.too_long_by_one : fill(TEXTS.too_long, { count: -left });
  }
}
