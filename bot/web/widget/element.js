// <declic-chat>: a button in a corner of a portal and the window that it opens, or a full page.

const NONCE = document.currentScript ? document.currentScript.nonce : "";
const narrow = matchMedia("(max-width: 30em), (max-height: 26em)");
const LINK = /^#reprise=([\w.-]+)$/;

class DeclicChat extends HTMLElement {
  static get observedAttributes() {
    return ["label", "open"];
  }

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    this.whole = h("div.declic", { lang: "fr", dir: "ltr" });
    // What is typed here is none of the portal's keyboard shortcuts.
    this.whole.addEventListener("keydown", (event) => event.stopPropagation());
    dress(root);
    root.append(this.whole);
    this.online = () => this.chat && this.chat.setOnline(true);
    this.offline = () => this.chat && this.chat.setOnline(false);
  }

  connectedCallback() {
    window.addEventListener("online", this.online);
    window.addEventListener("offline", this.offline);
    if (this.api) return;
    this.fullPage = this.hasAttribute("full-page");
    this.api = new Api();
    if (this.fullPage) this._asPage();
    else this._asButton();
  }

  disconnectedCallback() {
    window.removeEventListener("online", this.online);
    window.removeEventListener("offline", this.offline);
    if (this.chat) this.chat.hush();
  }

  attributeChangedCallback(name) {
    if (!this.launcher) return;
    if (name === "label") this._label();
    else this._openOrClose();
  }

  _asPage() {
    this.place = h("div.place");
    this.whole.append(this.place);
    const link = LINK.exec(location.hash);
    // The address bar and the history must not go on holding what opens the conversation.
    if (link) history.replaceState(null, "", location.pathname + location.search);
    this._renew(null, link && link[1]);
    if (!link && this.api.conversation) this.chat.open();
  }

  _asButton() {
    this.launcher = h("button.launcher", {
      type: "button",
      "aria-haspopup": "dialog",
      click: () => this._launch(),
    });
    this._label();
    this.whole.append(h("section", { "aria-label": TEXTS.name }, this.launcher));
    // Open from the start, but neither over a whole phone nor taking the focus from the portal.
    if (this.hasAttribute("open") && !narrow.matches) {
      this._build();
      this.window.setAttribute("open", "");
      this.launcher.hidden = true;
    } else {
      this.removeAttribute("open");
    }
  }

  // The window, made when it is first opened: until then a portal pays for a button only.
  _build() {
    this.heading = h("h2", { id: "name", tabindex: "-1" }, icon(), TEXTS.name);
    this.place = h("div.place", {
      tabindex: "0",
      role: "group",
      "aria-label": TEXTS.conversation,
    });
    this.window = h(
      "dialog.window",
      { "aria-labelledby": "name", keydown: (event) => event.key === "Escape" && this._leave(event) },
      h(
        "div.head",
        {},
        this.heading,
        h("p", {}, TEXTS.nature),
        h("button.close", { type: "button", "aria-label": TEXTS.close, click: () => this._close() }, "×"),
      ),
      this.place,
    );
    this.window.addEventListener("close", () => this.removeAttribute("open"));
    this._renew();
    this.whole.append(this.window);
  }

  _launch() {
    this.setAttribute("open", "");
    this.chat.open();
  }

  _leave(event) {
    event.preventDefault();
    this._close();
  }

  _close() {
    this.removeAttribute("open");
    this.launcher.focus();
  }

  // The attribute is the state: a portal's own button may set and remove it.
  _openOrClose() {
    const open = this.hasAttribute("open");
    if (open && !this.window) this._build();
    else if (!this.window) return;
    this.launcher.hidden = open;
    if (open === this.window.open) return;
    if (!open) {
      this.window.close();
      this.chat.hush();
      this._label();
    } else if (narrow.matches) this.window.showModal();
    else this.window.show();
    if (open) this.heading.focus();
  }

  _label() {
    const known = this.api.conversation && TEXTS.resume_label;
    const label = known || this.getAttribute("label") || TEXTS.label;
    this.launcher.replaceChildren(icon(), h("span", {}, label));
  }

  // Another conversation in place of this one: the one that the messages are of, or none yet.
  async _renew(messages, link) {
    const had = this.chat;
    this.chat = new Chat({
      api: this.api,
      fullPage: this.fullPage,
      scroller: this.place,
      opening: this.getAttribute("opening"),
      link,
      renew: (others) => this._renew(others),
    });
    this.place.replaceChildren(this.chat.element);
    if (messages) await this.chat.restore(messages);
    if (had) this.chat.focus();
  }
}

// A constructed style sheet needs no permission of the portal's policy; older browsers get a style
// element with the nonce of the script.
function dress(root) {
  if ("adoptedStyleSheets" in Document.prototype) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLES);
    root.adoptedStyleSheets = [sheet];
  } else {
    const style = h("style", {}, STYLES);
    style.nonce = NONCE;
    root.append(style);
  }
}

if (!customElements.get("declic-chat")) customElements.define("declic-chat", DeclicChat);
