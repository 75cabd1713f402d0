// Starts the page: the engagement on top, its rooms side by side (tabs on a phone), everything live.

import { element, icon } from "./elements.js";
import { RoomPane } from "./room.js";
import { Refusal, follow, loadPage, sendDigest } from "./server.js";
import { Tabs } from "./tabs.js";

const CLOCK_EVERY = 10_000;
const TOAST_FOR = 8_000;
const part = (id) => document.getElementById(id);

let panes = [];
let shown = null;
let lastEvent = "";
let starts = 0;
let stopFollowing = () => {};
let toastTimer = 0;

function chosenEngagement() {
  return new URLSearchParams(location.search).get("engagement") ?? "";
}

async function start(engagement) {
  stopFollowing();
  const turn = ++starts;
  let page;
  try {
    page = await loadPage(engagement);
  } catch (error) {
    if (turn !== starts) return;
    part("rooms").replaceChildren(element("p", { class: "nothing" }, error instanceof Refusal ? error.message : "Vigia did not answer. Trying again …"));
    setTimeout(() => start(error instanceof Refusal ? "" : engagement), 3000);
    return;
  }
  if (turn !== starts) return;
  shown = page;
  lastEvent = page.last_event;
  document.documentElement.lang = page.language;
  showTop(page);
  showRooms(page);
  resume();
}

function resume() {
  stopFollowing();
  if (!shown?.engagement || document.hidden) return;
  const { engagement, words } = shown;
  stopFollowing = follow(engagement.id, lastEvent, {
    onMessage: (message, eventId) => {
      lastEvent = eventId;
      panes.find((pane) => pane.room.address === message.room)?.add(message);
    },
    onReset: () => start(engagement.id),
    onState: (state) => showPulse(state, words),
  });
}

function showTop(page) {
  const { engagement, words } = page;
  part("top").setAttribute("aria-label", words.engagement);
  document.title = engagement ? `${engagement.name} · Vigia` : "Vigia";
  if (!engagement) {
    part("who").replaceChildren(element("strong", {}, "Vigia"));
    part("deeds").replaceChildren();
    return;
  }
  part("who").replaceChildren(engagementName(page), storeLine(engagement, words));
  const button = element("button", { type: "button", class: "button primary send-digest", title: words.send_digest },
    icon("digest"), element("span", {}, words.send_digest));
  button.addEventListener("click", () => pressDigest(button, engagement, words));
  part("deeds").replaceChildren(button);
}

function engagementName({ engagement, engagements, words }) {
  if (engagements.length < 2) return element("h1", {}, engagement.name);
  const options = engagements.map((one) => element("option", { value: one.id, selected: one.id === engagement.id }, one.name));
  const choice = element("select", { class: "choice", "aria-label": words.engagement }, ...options);
  choice.addEventListener("change", () => {
    history.replaceState(null, "", `?${new URLSearchParams({ engagement: choice.value })}`);
    start(choice.value);
  });
  return element("h1", {}, choice);
}

function storeLine(engagement, words) {
  const seller = element("span", { class: "seller" }, engagement.seller);
  const stores = engagement.stores.map((store) => element("span", { class: "store", title: store.marketplace }, element("b", {}, store.market), store.name));
  return element("p", { class: "stores", "aria-label": words.stores }, seller, ...stores);
}

async function pressDigest(button, engagement, words) {
  button.disabled = true;
  toast(words.sending_digest);
  try {
    toast((await sendDigest(engagement.id)).sentence);
  } catch (error) {
    toast(error instanceof Refusal ? error.message : words.not_sent);
  }
  button.disabled = false;
}

function showRooms(page) {
  const rooms = page.engagement?.rooms ?? [];
  const tabs = new Tabs(part("tabs"), page.words.rooms);
  // The server may have restarted while somebody was writing: drafts and chosen speakers outlive their pane.
  const drafts = new Map(panes.map((pane) => [pane.room.address, pane.draft()]));
  const ahead = Date.parse(page.now) - Date.now();
  panes = rooms.map((room) => new RoomPane(room, ahead, (pane) => tabs.mark(pane)));
  for (const pane of panes) pane.restore(drafts.get(pane.room.address));
  part("rooms").style.setProperty("--rooms", String(Math.max(1, rooms.length)));
  part("rooms").replaceChildren(...(panes.length ? panes.map((pane) => pane.node) : [element("p", { class: "nothing" }, page.words.no_engagements)]));
  tabs.show(panes);
  for (const pane of panes) pane.toLastMessage();
}

function showPulse(state, words) {
  const pulse = part("pulse");
  pulse.dataset.state = state;
  pulse.textContent = state === "live" ? words.live : words.reconnecting;
}

function toast(sentence) {
  clearTimeout(toastTimer);
  part("toast").textContent = sentence;
  part("toast").classList.add("is-shown");
  toastTimer = setTimeout(() => part("toast").classList.remove("is-shown"), TOAST_FOR);
}

// "/" starts a question from anywhere on the page, as in every chat.
document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest?.("input, textarea, select, dialog");
  if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  const pane = panes.find((one) => one.node.contains(document.activeElement)) ?? panes.find((one) => one.node.offsetParent !== null);
  pane?.input.focus();
});

// A browser opens six connections to one server at most; pages nobody looks at give theirs back and catch up later.
document.addEventListener("visibilitychange", resume);

setInterval(() => panes.forEach((pane) => pane.tick()), CLOCK_EVERY);
start(chosenEngagement());
