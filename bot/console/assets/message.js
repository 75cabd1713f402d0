// Turns one message into what people read: verdict, cause, figures, table, chart, coverage, clocks, next steps.

import { element, filled, icon, sentence } from "./elements.js";
import { filesOf } from "./server.js";
import { showPicture } from "./viewer.js";

const MARKS = { good: "✓", watch: "!", bad: "✕", unknown: "?" };
const PICTURE = /\.(png|jpe?g|webp)$/i;
const OPENABLE = /^https?:\/\//i;
const NUMBER = /^[^\p{L}\d]*(?:[A-Z]{1,3}\$|¥)?\s*[-+−]?\d/u;

/** Build a message's row. `room` is the room as the server describes it; `send` runs a button's text twin. */
export function messageRow(message, room, send) {
  if (message.kind === "question") return questionRow(message, room);
  if (message.kind === "silence") return silenceRow(message, room);
  return replyRow(message, room, send);
}

/** Build the line that stands in for an answer while it is being made. */
export function thinkingRow(question, room) {
  const dots = element("span", { class: "dots", "aria-hidden": "true" }, element("i"), element("i"), element("i"));
  return element("div", { class: "row thinking", "data-thinking": question }, dots, room.words.thinking);
}

/** Build the line between two days. */
export function dayRow(at, room) {
  const day = new Intl.DateTimeFormat(room.language, {
    timeZone: room.zone, weekday: "long", day: "numeric", month: "long",
  }).format(new Date(at));
  return element("div", { class: "day" }, element("span", {}, day));
}

/** Say which day an instant falls on in the room's zone. */
export function dayOf(at, room) {
  return new Intl.DateTimeFormat("en-CA", { timeZone: room.zone }).format(new Date(at));
}

function clock(at, room) {
  const text = new Intl.DateTimeFormat(room.language, {
    timeZone: room.zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23",
  }).format(new Date(at));
  return element("time", { datetime: at }, text);
}

function questionRow(message, room) {
  const speaker = room.people.find((person) => person.id === message.author.id);
  return element("div", { class: "row question", "data-id": message.id },
    element("span", { class: "face", "aria-hidden": "true" }, initials(message.author.name)),
    element("div", { class: "said" },
      element("p", { class: "byline" },
        element("strong", {}, message.author.name),
        speaker ? element("span", {}, speaker.role) : null,
        clock(message.at, room)),
      element("p", { class: "words" }, message.text)));
}

function initials(name) {
  const parts = name.trim().split(/\s+/);
  if (/\p{Script=Han}/u.test(name)) return [...parts[0]][0];
  return (parts.length > 1 ? [parts[0], parts.at(-1)] : parts).map((part) => [...part][0] ?? "").join("").toUpperCase();
}

function silenceRow(message, room) {
  return element("div", { class: "row silence", "data-id": message.id }, room.words.silence);
}

function replyRow(message, room, send) {
  const { reply } = message;
  const card = element("article", { class: `card tone-${reply.tone}`, lang: reply.language },
    marks(message, room),
    element("h3", { class: "headline" }, ...sentence(reply.headline)),
    reply.text ? element("p", { class: "cause" }, ...sentence(reply.text)) : null,
    element("div", { class: "evidence" },
      reply.figures.length ? figureGrid(reply.figures, room) : null,
      reply.table ? tableBlock(reply.table) : null,
      message.picture_url ? pictureBlock(message, room) : null),
    fileList(reply.files, room),
    reply.notes.length ? element("ul", { class: "notes" }, ...reply.notes.map((note) => element("li", {}, ...sentence(note)))) : null,
    documentLink(message),
    footer(reply, room),
    buttonRow(reply.buttons, send));
  return element("div", { class: "row reply", "data-id": message.id },
    element("img", { class: "face", src: "/console/assets/favicon.svg", alt: "", width: 30, height: 30 }),
    card);
}

function documentLink(message) {
  if (!message.document_url || !message.reply.document) return null;
  const { name, title } = message.reply.document;
  return element("p", { class: "document" },
    element("a", { href: message.document_url, download: name, title }, `⬇ ${name}`));
}

function marks(message, room) {
  const { reply } = message;
  const word = room.words[`tone_${reply.tone}`];
  return element("p", { class: "byline" },
    element("strong", {}, "Vigia"),
    word ? tonePill(reply.tone, word) : null,
    reply.mention ? element("span", { class: "mention" }, `@${reply.mention.name}`) : null,
    reply.is_private && message.author
      ? element("span", { class: "mark-private" }, icon("lock"), filled(room.words.private, { name: message.author.name }))
      : null,
    message.is_repeat ? element("span", {}, room.words.repeated) : null,
    clock(message.at, room),
    message.changed_at ? element("span", { class: "changed" }, `${room.words.changed} `, clock(message.changed_at, room)) : null);
}

function tonePill(tone, word) {
  const mark = MARKS[tone] ? element("span", { "aria-hidden": "true" }, MARKS[tone]) : null;
  return element("span", { class: `pill tone-${tone}` }, mark, word);
}

function figureGrid(figures, room) {
  return element("dl", { class: "figures" }, ...figures.map((figure) =>
    element("div", { class: `figure tone-${figure.tone}` },
      element("dt", {}, figure.name),
      element("dd", { class: "value" }, figure.value),
      figure.change || figure.judgement
        ? element("dd", { class: "change" },
          figure.change ? element("span", { class: "moved" }, figure.change) : null,
          figure.judgement ? tonePill(figure.tone, figure.judgement) : null)
        : null,
      figure.target
        ? element("dd", { class: "target" }, element("span", { class: "unseen" }, `${room.words.target}: `), figure.target)
        : null,
      figure.note ? element("dd", { class: "fine" }, figure.note) : null)));
}

function tableBlock(table) {
  const isNumeric = table.columns.map((_, index) => {
    const cells = table.rows.map((row) => row[index]).filter(Boolean);
    // A gap written in words ("no data") does not turn a column of numbers into text.
    return cells.filter((cell) => NUMBER.test(cell)).length * 2 > cells.length;
  });
  const cell = (name, text, index, more = {}) => element(name, { class: isNumeric[index] ? "number" : null, ...more }, text);
  const head = element("tr", {}, ...table.columns.map((text, index) => cell("th", text, index, { scope: "col" })));
  const body = table.rows.map((row) => element("tr", {}, ...row.map((text, index) => cell("td", text, index))));
  const grid = element("table", {},
    table.caption ? element("caption", {}, table.caption) : null,
    element("thead", {}, head), element("tbody", {}, ...body));
  const label = table.caption || table.columns.join(", ");
  return element("div", { class: "table", tabindex: 0, role: "region", "aria-label": label }, grid);
}

function pictureBlock(message, room) {
  const said = message.reply.picture?.alt_text || message.reply.picture?.title || message.reply.headline;
  const picture = element("img", { src: message.picture_url, alt: said, decoding: "async" });
  const frame = element("button", { type: "button", class: "picture is-coming", title: room.words.picture_full }, picture,
    element("span", { class: "expand", "aria-hidden": "true" }, icon("expand")));
  frame.addEventListener("click", () => showPicture(message.picture_url, said, room.words.close));
  picture.addEventListener("load", () => frame.classList.remove("is-coming"));
  picture.addEventListener("error", () => {
    frame.replaceWith(element("p", { class: "picture-lost" }, room.words.picture_lost));
  });
  return frame;
}

function fileList(files, room) {
  if (!files.length) return null;
  return element("ul", { class: "files" }, ...files.map((file) => {
    const href = `${filesOf(room.address)}/${encodeURIComponent(file.id)}`;
    const look = PICTURE.test(file.name) ? element("img", { src: href, alt: "", loading: "lazy", width: 40, height: 40 }) : icon("open");
    return element("li", {}, element("a", { href, target: "_blank", rel: "noopener" }, look, element("span", {}, file.name)));
  }));
}

function footer(reply, room) {
  // A digest's footer ends with its id already.
  const isNew = reply.reference && !reply.footer.includes(reply.reference);
  const reference = isNew ? `${room.words.reference} ${reply.reference}` : "";
  const text = [reply.footer, reference].filter(Boolean).join(" · ");
  return text ? element("p", { class: "footer" }, text) : null;
}

function buttonRow(buttons, send) {
  const usable = buttons.filter((button) => button.command || OPENABLE.test(button.url));
  if (!usable.length) return null;
  return element("div", { class: "buttons" }, ...usable.map((button) => {
    const look = button.is_primary ? "button primary" : "button";
    if (!button.command) {
      return element("a", { class: look, href: button.url, target: "_blank", rel: "noopener noreferrer" }, button.label, icon("open"));
    }
    const made = element("button", { type: "button", class: look, title: button.command }, button.label);
    made.addEventListener("click", async () => {
      made.disabled = true;
      await send(button.command);
      made.disabled = false;
    });
    return made;
  }));
}
