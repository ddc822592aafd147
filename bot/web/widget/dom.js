// Elements are built here and nowhere else: every text is set as text, never as HTML, which also
// satisfies portals that enforce Trusted Types.

// h("p.lead", { id: "x" }, "text", child): a function among the attributes listens to its event.
function h(selector, attributes = {}, ...children) {
  const [name, ...classes] = selector.split(".");
  const made = document.createElement(name);
  if (classes.length) made.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key, value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child || child === 0));
  return made;
}

function unseen(text) {
  return h("span.unseen", {}, text);
}

function button(label, act, attributes = {}) {
  return h("button.button", { type: "button", click: act, ...attributes }, label);
}

function icon() {
  const make = (name, attributes) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const svg = make("svg", { viewBox: "0 0 32 32", class: "spark", "aria-hidden": "true" });
  svg.append(make("path", { d: "M18 4 8 18h7l-2 10 11-15h-7z" }));
  return svg;
}

// "Question {step} sur {of}" with its values.
function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

// A link out of the conversation: always a new tab, so that nothing of it is lost.
function outside(label, url, what = "") {
  return h(
    "a",
    { href: url, target: "_blank", rel: "noopener noreferrer" },
    label,
    unseen(`${what && `, ${what}`}${TEXTS.new_tab}`),
  );
}
