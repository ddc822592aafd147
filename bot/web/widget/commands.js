// What one may ask for at any moment, under the field.

class Commands {
  // say(text): as if it were typed; the other functions do what they are called.
  constructor({ fullPage, say, summary, later, plain, aloud, dictation }) {
    this.menu = h("ul.menu", { id: "menu", hidden: true });
    const items = [
      this._item(TEXTS.summary, () => summary()),
      this._item(TEXTS.later, () => later()),
      this._item(TEXTS.change_answer, () => say(TEXTS.said.change_answer)),
      this._item(TEXTS.start_over, () => say(TEXTS.said.start_over)),
      this._item(TEXTS.erase, () => say(TEXTS.said.erase)),
      fullPage && this._item(TEXTS.print, () => window.print()),
      this._switch(TEXTS.plain, plain),
      Reader.exists && this._switch(TEXTS.aloud, aloud),
      Dictation.exists && this._switch(TEXTS.dictation, dictation),
      outside(TEXTS.personal_data, `${BASE}donnees-personnelles`),
      outside(TEXTS.accessibility, `${BASE}accessibilite`),
    ];
    this.menu.append(...items.filter(Boolean).map((item) => h("li", {}, item)));
    this.toggle = this._command(TEXTS.options, () => this.show(this.menu.hidden), {
      "aria-expanded": "false",
      "aria-controls": "menu",
    });
    this.element = h(
      "nav.actions",
      { "aria-label": TEXTS.commands, keydown: (event) => this._keyed(event) },
      this._command(TEXTS.human, () => say(TEXTS.said.human)),
      this.toggle,
      this.menu,
    );
  }

  show(open) {
    this.menu.hidden = !open;
    this.toggle.setAttribute("aria-expanded", String(open));
  }

  _command(label, act, attributes = {}) {
    return h("button.command", { type: "button", click: act, ...attributes }, label);
  }

  _item(label, act) {
    return this._command(label, () => {
      this.show(false);
      this.toggle.focus({ preventScroll: true });
      act();
    });
  }

  _switch(label, set) {
    const made = this._command(label, () => {
      const on = made.getAttribute("aria-pressed") !== "true";
      made.setAttribute("aria-pressed", String(on));
      set(on);
    }, { "aria-pressed": "false" });
    return made;
  }

  // Escape closes the menu, not all of Déclic.
  _keyed(event) {
    if (event.key !== "Escape" || this.menu.hidden) return;
    event.stopPropagation();
    event.preventDefault();
    this.show(false);
    this.toggle.focus();
  }
}
