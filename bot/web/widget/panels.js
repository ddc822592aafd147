// What opens under the conversation: the summary to keep, the code to continue later.

function panel(title, close, ...children) {
  const heading = h("h2", { id: "panel-title", tabindex: "-1" }, title);
  const made = h(
    "section.sheet",
    { "aria-labelledby": "panel-title", keydown: (event) => event.key === "Escape" && leave(event) },
    heading,
    ...children,
    button(TEXTS.back, leave),
  );
  // Escape closes the panel, not all of Déclic.
  function leave(event) {
    event.stopPropagation();
    event.preventDefault();
    made.remove();
    close();
  }
  return made;
}

function summaryPanel(links, { close }) {
  const { page, pdf, minutes } = links.summary;
  return panel(
    TEXTS.summary_panel.title,
    close,
    h("p", {}, fill(TEXTS.summary_panel.lead, { minutes })),
    h(
      "p.links",
      {},
      outside(TEXTS.summary_panel.page, BASE + page),
      outside(TEXTS.summary_panel.pdf, BASE + pdf),
    ),
  );
}

function laterPanel(links, { close, resume }) {
  const { code, path, until, unkept_hours: hours } = links.resume;
  const url = BASE + path;
  const told = h("p", { role: "status" });
  const day = new Date(until).toLocaleDateString("fr-FR", { day: "numeric", month: "long" });
  const date = day.replace(/^1 /, "1er ");
  const copy = async () => {
    await navigator.clipboard.writeText(url);
    told.textContent = TEXTS.later_panel.copied;
  };
  return panel(
    TEXTS.later_panel.title,
    close,
    h("p", {}, fill(TEXTS.later_panel.lead, { date })),
    hours && h("p", {}, fill(TEXTS.later_panel.unkept, { hours })),
    h(
      "dl",
      {},
      h("dt", {}, TEXTS.later_panel.code),
      h("dd.code", {}, code),
      h("dt", {}, TEXTS.later_panel.link),
      h("dd", {}, h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, url)),
    ),
    navigator.clipboard && button(TEXTS.later_panel.copy, copy),
    told,
    codeForm(resume),
  );
}

// resume(code): a code was entered; what it returns is the sentence to show when it does not work.
function codeForm(resume) {
  const field = h("input", { autocomplete: "off", spellcheck: "false" });
  const told = h("p.notice", { role: "alert", hidden: true });
  const enter = async (event) => {
    event.preventDefault();
    if (!field.value.trim()) return field.focus();
    told.hidden = true;
    const refused = await resume(field.value);
    told.textContent = refused || "";
    told.hidden = !refused;
  };
  return h(
    "details.enter-code",
    {},
    h("summary", {}, TEXTS.later_panel.enter),
    h(
      "form",
      { submit: enter },
      h("label", {}, TEXTS.later_panel.code_field, field),
      h("button.button", { type: "submit" }, TEXTS.later_panel.open),
      told,
    ),
  );
}
