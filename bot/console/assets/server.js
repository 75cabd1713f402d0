// What the page says to its server.

/** A sentence from the server that explains a refusal. */
export class Refusal extends Error {}

/** Load everything a page shows; an empty id means the first engagement. */
export async function loadPage(engagement) {
  const answer = await fetch(`/console/state?engagement=${encodeURIComponent(engagement)}`);
  return readAnswer(answer);
}

/** Post a question to a room; returns the question and its answer, or the form it opens. */
export function ask(address, person, text) {
  return post(`/console/rooms/${encodeURIComponent(address)}/messages`, { person, text });
}

/** Submit a filled-in form; returns the question and its answer, or the form with what is wrong with it. */
export function submitForm(address, person, command, values) {
  return post(`/console/rooms/${encodeURIComponent(address)}/forms`, { person, command, values });
}

/** Add a file to what `command` names; returns what is said of it. */
export async function sendFile(address, person, command, file) {
  const query = new URLSearchParams({ person, command, name: file.name });
  const answer = await fetch(`${filesOf(address)}?${query}`, { method: "POST", body: file });
  return readAnswer(answer);
}

/** Say where the files of a room are opened. */
export function filesOf(address) {
  return `/console/rooms/${encodeURIComponent(address)}/files`;
}

/** Have today's digest sent; returns a sentence about it. */
export function sendDigest(engagement) {
  return post(`/console/engagements/${encodeURIComponent(engagement)}/digest`, {});
}

async function post(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  return readAnswer(answer);
}

async function readAnswer(answer) {
  const body = await answer.json();
  if (!answer.ok) throw new Refusal(body.sentence);
  return body;
}

/** Follow an engagement's events from `after`; the browser reconnects by itself and says where it stopped. */
export function follow(engagement, after, { onMessage, onReset, onState }) {
  const query = new URLSearchParams({ engagement, after });
  const source = new EventSource(`/console/events?${query}`);
  let retry = 0;
  source.addEventListener("open", () => onState("live"));
  source.addEventListener("message", (event) => onMessage(JSON.parse(event.data), event.lastEventId));
  source.addEventListener("reset", () => onReset());
  source.addEventListener("error", () => {
    onState("reconnecting");
    // A refused stream (server restarted, engagement gone) is closed for good: load the page's state again.
    if (source.readyState === EventSource.CLOSED) retry = setTimeout(onReset, 3000);
  });
  return () => {
    clearTimeout(retry);
    source.close();
  };
}
