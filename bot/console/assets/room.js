// One room: its head, its messages and the box to write in.

import { element, icon } from "./elements.js";
import { dayOf, dayRow, messageRow, thinkingRow } from "./message.js";
import { showForm } from "./forms.js";
import { Refusal, ask, sendFile } from "./server.js";

const LONGEST_QUESTION = 2000;
const NEAR_THE_END = 80;

/** A room on the page. `ahead` is how far the server's clock is before the reader's; `onUnseen` is called when a message arrives while the room is not in view. */
export class RoomPane {
  constructor(room, ahead, onUnseen) {
    this.room = room;
    this.ahead = ahead;
    this.onUnseen = onUnseen;
    this.known = new Set();
    this.lastDay = "";
    this.asked = [];
    this.recalled = 0;
    this.isSettling = true;
    this.node = this.build();
    for (const message of room.messages) this.add(message, { isOld: true });
    this.tick();
  }

  build() {
    const { room } = this;
    this.time = element("span", { class: "clock" });
    this.empty = element("p", { class: "nothing" }, room.words.empty);
    this.log = element("div", { class: "log", role: "log", "aria-label": `${room.words.messages}: ${room.title}`, tabindex: 0 }, this.empty);
    this.log.addEventListener("scroll", () => {
      if (this.isAtEnd()) this.newer.hidden = true;
    });
    // Charts arrive after the text and push it down; until somebody scrolls, the newest verdict stays in view.
    this.log.addEventListener("load", () => this.isSettling && this.toLastMessage(), true);
    for (const moved of ["wheel", "touchmove", "keydown", "pointerdown"]) {
      this.log.addEventListener(moved, () => { this.isSettling = false; }, { passive: true });
    }
    this.newer = element("button", { type: "button", class: "newer", hidden: true, onclick: () => this.toEnd() }, icon("down"), room.words.newer);
    return element("section", {
      class: "room", id: `room-${room.audience}-${room.address}`, lang: room.language,
      "data-audience": room.audience, "aria-label": `${room.title} (${room.language_name})`,
    }, this.head(), this.log, this.newer, this.composer());
  }

  head() {
    const { room } = this;
    const digest = room.digest_at ? element("span", { class: "digest-at" }, `${room.words.digest_at} ${room.digest_at}`) : null;
    return element("header", { class: "room-head" },
      element("h2", {}, room.title),
      element("span", { class: "tongue" }, room.language_name),
      element("p", { class: "place" }, this.time, digest),
      this.record());
  }

  /** Build how good the alerts were: one line, and all of it for whoever opens it. */
  record() {
    const { record, words } = this.room;
    if (!record.length) return null;
    return element("details", { class: "record" },
      element("summary", {}, element("b", {}, words.record), element("span", { class: "first" }, record[0])),
      element("ul", {}, ...record.map((line) => element("li", {}, line))));
  }

  composer() {
    const { room } = this;
    this.speaker = element("select", { "aria-label": room.words.speak_as },
      ...room.people.map((person) => element("option", { value: person.id }, `${person.name} · ${person.role}`)));
    this.input = element("textarea", {
      rows: 1, maxlength: LONGEST_QUESTION, placeholder: room.words.placeholder, autocomplete: "off", spellcheck: "false",
      "aria-label": `${room.words.message_to}: ${room.title}`, enterkeyhint: "send",
    });
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.input.addEventListener("input", () => this.fit());
    this.sendButton = element("button", { type: "submit", class: "button primary send" }, element("span", {}, room.words.send), icon("send"));
    this.problem = element("p", { class: "problem", role: "alert" });
    const hints = element("div", { class: "hints", role: "group", "aria-label": room.words.suggestions },
      ...room.hints.map((hint) => element("button", { type: "button", class: "hint", title: hint.command, onclick: () => this.send(hint.command) }, hint.label)));
    const form = element("form", { class: "write" }, this.input,
      element("div", { class: "write-foot" },
        element("label", { class: "speak-as" }, element("span", {}, room.words.speak_as), this.speaker),
        this.sendButton));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.sendTyped();
    });
    return element("div", { class: "composer" }, hints, form, this.problem);
  }

  onKey(event) {
    // While an input method is composing (Chinese), Enter chooses characters and must not send.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.sendTyped();
    } else if (event.key === "ArrowUp" && (this.input.value === "" || this.recalled)) {
      this.recall(1, event);
    } else if (event.key === "ArrowDown" && this.recalled) {
      this.recall(-1, event);
    } else if (event.key.length === 1) {
      this.recalled = 0;
    }
  }

  recall(step, event) {
    const wanted = Math.min(Math.max(this.recalled + step, 0), this.asked.length);
    if (wanted === this.recalled) return;
    event.preventDefault();
    this.recalled = wanted;
    this.input.value = wanted ? this.asked.at(-wanted) : "";
    this.fit();
  }

  async sendTyped() {
    const text = this.input.value.trim();
    if (!text) return;
    this.input.value = "";
    this.fit();
    if (!(await this.send(text)) && this.input.value === "") {
      this.input.value = text;
      this.fit();
    }
  }

  /** Send a question as the chosen person, or open the form it asks for; returns whether the server took it. */
  async send(text) {
    this.problem.textContent = "";
    this.recalled = 0;
    if (this.asked.at(-1) !== text) this.asked.push(text);
    try {
      const person = this.speaker.value;
      const answer = await ask(this.room.address, person, text);
      if (answer.form) showForm(answer.form, { room: this.room, person, onTaken: (both, files) => this.take(both, files, person) });
      else this.addBoth(answer);
      return true;
    } catch (error) {
      this.problem.textContent = error instanceof Refusal ? error.message : this.room.words.not_sent;
      return false;
    }
  }

  /** Show what came of a form, then send the files that were put into it, one by one. */
  async take(both, files, person) {
    this.addBoth(both);
    const command = both.answer.reply?.attach_command;
    if (!command) return;
    for (const file of files) {
      try {
        this.add((await sendFile(this.room.address, person, command, file)).answer);
      } catch (error) {
        this.problem.textContent = error instanceof Refusal ? error.message : this.room.words.not_sent;
      }
    }
  }

  addBoth({ question, answer }) {
    this.add(question);
    this.add(answer);
  }

  /** Say what is being written, and by whom. */
  draft() {
    return { text: this.input.value, person: this.speaker.value };
  }

  /** Bring back what was being written in this room before the page was loaded again. */
  restore(draft) {
    if (!draft) return;
    this.input.value = draft.text;
    if (this.room.people.some((person) => person.id === draft.person)) this.speaker.value = draft.person;
  }

  fit() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 160)}px`;
  }

  /** Show a message once, or as it was changed; an answer takes the place of the line that waits for it. */
  add(message, { isOld = false } = {}) {
    if (this.known.has(message.id)) {
      if (message.changed_at) this.change(message);
      return;
    }
    this.known.add(message.id);
    this.isSettling &&= isOld;
    const follows = isOld || this.isAtEnd() || message.kind === "question";
    this.empty.remove();
    this.startDay(message.at);
    const row = messageRow(message, this.room, (command) => this.send(command));
    const waiting = this.log.querySelector(`[data-thinking="${CSS.escape(message.answers || "none")}"]`);
    if (waiting) waiting.replaceWith(row);
    else this.log.append(row);
    if (message.kind === "question") this.log.append(thinkingRow(message.id, this.room));
    if (follows) this.show(message.kind === "question" ? row.nextElementSibling : row);
    else this.newer.hidden = false;
    if (!isOld) this.onUnseen(this);
  }

  /** Put a changed message where it stood, without moving what is being read. */
  change(message) {
    const row = this.log.querySelector(`[data-id="${CSS.escape(message.id)}"]`);
    row?.replaceWith(messageRow(message, this.room, (command) => this.send(command)));
  }

  startDay(at) {
    const day = dayOf(at, this.room);
    if (day !== this.lastDay) this.log.append(dayRow(at, this.room));
    this.lastDay = day;
  }

  /** Bring a message's first line into view (its verdict is read first, however tall it is), with its question. */
  show(row) {
    const before = row.previousElementSibling;
    const from = before?.classList.contains("question") ? before : row;
    this.log.scrollTop = from.offsetTop - 10;
  }

  /** Bring the newest message into view. */
  toLastMessage() {
    const last = this.log.querySelector(":scope > .row:last-child");
    if (last) this.show(last);
  }

  isAtEnd() {
    const last = this.log.lastElementChild;
    const isLastSeen = last && last.offsetTop < this.log.scrollTop + this.log.clientHeight;
    return isLastSeen || this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR_THE_END;
  }

  toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
    this.newer.hidden = true;
  }

  /** Set the room's wall clock. */
  tick() {
    const { room } = this;
    const now = new Intl.DateTimeFormat(room.language, {
      timeZone: room.zone, weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
    }).format(new Date(Date.now() + this.ahead));
    this.time.textContent = `${room.city} ${now}`;
  }
}
