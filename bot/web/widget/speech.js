// Reading aloud and dictation, with the browser's own functions where they exist; off until the
// person switches them on.

class Reader {
  static get exists() {
    return "speechSynthesis" in window && "SpeechSynthesisUtterance" in window;
  }

  constructor() {
    this.on = false;
  }

  set(on) {
    this.on = on;
    if (!on) this.stop();
  }

  say(text) {
    if (!this.on || !text) return;
    const words = new SpeechSynthesisUtterance(text);
    words.lang = "fr-FR";
    speechSynthesis.speak(words);
  }

  stop() {
    if (Reader.exists) speechSynthesis.cancel();
  }
}

const Recognition = window.SpeechRecognition || window.webkitSpeechRecognition;

// A button that writes what is said: heard(text) for each sentence, failed() when that is over.
class Dictation {
  static get exists() {
    return Boolean(Recognition);
  }

  constructor({ heard, failed }) {
    this.heard = heard;
    this.failed = failed;
    this.listening = null;
    this.button = button("", () => (this.listening ? this.listening.stop() : this._listen()));
    this.set(false);
    this._show();
  }

  set(on) {
    this.button.hidden = !on;
    if (!on) this.stop();
  }

  stop() {
    if (this.listening) this.listening.abort();
  }

  _listen() {
    const listening = new Recognition();
    listening.lang = "fr-FR";
    listening.continuous = true;
    listening.onresult = ({ results, resultIndex }) => {
      for (const result of [...results].slice(resultIndex)) {
        if (result.isFinal) this.heard(result[0].transcript.trim());
      }
    };
    listening.onerror = ({ error }) => {
      if (error !== "no-speech" && error !== "aborted") this.failed();
    };
    listening.onend = () => {
      this.listening = null;
      this._show();
    };
    listening.start();
    this.listening = listening;
    this._show();
  }

  _show() {
    const on = this.listening !== null;
    this.button.textContent = on ? TEXTS.dictate.stop : TEXTS.dictate.start;
    this.button.setAttribute("aria-pressed", String(on));
  }
}
