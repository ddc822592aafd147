// The chat API, and what stays in the tab: the id and the token of the conversation, once it began.

// Where this script comes from, sub-path included: the API is beside it.
const BASE = new URL(".", document.currentScript ? document.currentScript.src : document.baseURI).href;
const KEY = "declic";
const PATIENCE_MS = 45000; // longer than the server makes anybody wait
const LATE_MS = 60000; // how long an answer that the server calls late is asked for again

class Problem extends Error {
  constructor(message, status, { code = "", retryAfter = 0 } = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter; // in seconds
  }

  // The conversation cannot go on.
  get isFinal() {
    return [401, 404, 410].includes(this.status);
  }

  // What was sent will never be accepted: not worth sending again.
  get isRefusal() {
    return [413, 422].includes(this.status);
  }
}

class Api {
  constructor() {
    this.conversation = keptBefore();
  }

  async open() {
    const opened = await this._request("POST", "conversations", { channel: "web" });
    this._enter(opened);
    return opened.messages;
  }

  // By a code that was typed or the token of a link: { code } or { link }.
  async resume(proof) {
    const opened = await this._request("POST", "resumptions", proof);
    this._enter(opened);
    return opened.messages;
  }

  async read() {
    return (await this._request("GET", `conversations/${this.conversation.id}`)).messages;
  }

  // The answer to a turn. One that comes late is asked for again under the same client_id, which
  // the server knows: the turn happens once.
  async send(turn) {
    const path = `conversations/${this.conversation.id}/messages`;
    const since = Date.now();
    for (;;) {
      try {
        return (await this._request("POST", path, turn)).messages;
      } catch (problem) {
        if (problem.code !== "late" || Date.now() - since > LATE_MS) throw problem;
        await new Promise((go) => setTimeout(go, 1000 * (problem.retryAfter || 1)));
      }
    }
  }

  links() {
    return this._request("GET", `conversations/${this.conversation.id}/links`);
  }

  forget() {
    this.conversation = null;
    withStorage((storage) => storage.removeItem(KEY));
  }

  _enter({ id, token }) {
    this.conversation = { id, token };
    withStorage((storage) => storage.setItem(KEY, JSON.stringify(this.conversation)));
  }

  async _request(method, path, body) {
    const headers = { "Content-Type": "application/json" };
    if (this.conversation) headers.Authorization = `Bearer ${this.conversation.token}`;
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE_MS);
    let response;
    try {
      response = await fetch(`${BASE}api/${path}`, {
        method,
        headers,
        body: body && JSON.stringify(body),
        credentials: "omit",
        signal: stop.signal,
      });
    } catch {
      throw new Problem(navigator.onLine ? TEXTS.down : TEXTS.offline, 0);
    } finally {
      clearTimeout(timer);
    }
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) {
      const retryAfter = Number(response.headers.get("Retry-After")) || 0;
      const { detail, code } = answer;
      throw new Problem(detail || TEXTS.down, response.status, { code, retryAfter });
    }
    return answer;
  }
}

function keptBefore() {
  const kept = withStorage((storage) => JSON.parse(storage.getItem(KEY)));
  return kept && kept.id && kept.token ? kept : null;
}

// A browser may refuse storage: the conversation goes on without it, and a reload starts anew.
function withStorage(use) {
  try {
    return use(sessionStorage);
  } catch {
    return null;
  }
}
