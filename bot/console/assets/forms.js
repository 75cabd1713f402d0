// Shows a form over the page. What was typed stays until the server has taken it.

import { element, filled, icon, sentence } from "./elements.js";
import { Refusal, submitForm } from "./server.js";

const LARGEST_FILE = 10 * 2 ** 20;
const ACCEPTED = ".png,.jpg,.jpeg,.webp,.pdf,.csv,.xlsx";

let shown = null;

/** Open a form of a room; `person` submits it, `onTaken` gets the question with its answer, and the chosen files. */
export function showForm(form, { room, person, onTaken }) {
  const dialog = document.getElementById("form");
  shown = { form, room, person, onTaken };
  const close = element("button", { type: "button", class: "round", "aria-label": room.words.close, onclick: () => dialog.close() }, icon("close"));
  const problem = element("p", { class: "problem", role: "alert" });
  const fields = form.fields.map(fieldRow);
  const submit = element("button", { type: "submit", class: "button primary" }, form.submit);
  const cancel = element("button", { type: "button", class: "button", onclick: () => dialog.close() }, room.words.cancel);
  const body = element("form", { novalidate: true },
    element("header", {}, element("h2", { id: "form-title" }, form.title), close),
    element("div", { class: "fields" }, ...fields.map((one) => one.row), problem),
    element("footer", {}, cancel, submit));
  body.addEventListener("submit", async (event) => {
    event.preventDefault();
    submit.disabled = true;
    await send(shown, fields, problem, dialog);
    submit.disabled = false;
  });
  dialog.lang = form.language;
  dialog.setAttribute("aria-labelledby", "form-title");
  dialog.replaceChildren(body);
  showFaults(form, fields, problem);
  dialog.showModal();
  fields.find((one) => one.input.tagName === "TEXTAREA")?.input.focus();
}

async function send({ form, room, person, onTaken }, fields, problem, dialog) {
  const files = fields.flatMap((one) => [...(one.input.files ?? [])]);
  const values = Object.fromEntries(fields.map((one) => [one.name, one.input.files ? [...one.input.files].map((file) => file.name).join("\n") : one.input.value]));
  problem.textContent = "";
  if (refuseLarge(fields, room)) return;
  try {
    const answer = await submitForm(room.address, person, form.command, values);
    if (answer.form) {
      showFaults(answer.form, fields, problem);
      return;
    }
    dialog.close();
    onTaken(answer, files);
  } catch (error) {
    problem.replaceChildren(...sentence(error instanceof Refusal ? error.message : room.words.not_sent));
  }
}

/** Say of a file that is too large that it is, before anything is sent; returns whether there is one. */
function refuseLarge(fields, room) {
  const field = fields.find((one) => [...(one.input.files ?? [])].some((file) => file.size > LARGEST_FILE));
  if (!field) return false;
  const large = [...field.input.files].find((file) => file.size > LARGEST_FILE);
  showFaults({ fault: "", fields: [{ name: field.name, fault: filled(room.words.file_too_large, { name: large.name, limit: LARGEST_FILE / 2 ** 20 }) }] }, fields, document.querySelector("#form .problem"));
  return true;
}

/** Say beside each field what is wrong with it, and bring the first such field into view. */
function showFaults(form, fields, problem) {
  problem.replaceChildren(...sentence(form.fault));
  let first = null;
  for (const field of fields) {
    const { fault } = form.fields.find((one) => one.name === field.name) ?? { fault: "" };
    field.fault.replaceChildren(...sentence(fault));
    field.row.classList.toggle("is-faulty", Boolean(fault));
    field.input.setAttribute("aria-invalid", String(Boolean(fault)));
    if (fault) first ??= field;
  }
  first?.input.focus();
}

function fieldRow(field, index) {
  const id = `form-field-${index}`;
  const described = `${id}-hint ${id}-fault`;
  const input = inputOf(field, { id, "aria-describedby": described, required: field.is_required });
  if (input.tagName !== "SELECT" && input.type !== "file") input.value = field.value;
  const fault = element("p", { class: "fault", id: `${id}-fault`, role: "alert" });
  const row = element("div", { class: "field" },
    element("label", { for: id }, field.label, field.is_required ? element("span", { class: "must", "aria-hidden": "true" }, " *") : null),
    input,
    element("p", { class: "hint-text", id: `${id}-hint` }, field.hint),
    fault);
  return { name: field.name, input, fault, row };
}

function inputOf(field, attributes) {
  if (field.kind === "choice") {
    return element("select", attributes,
      ...field.options.map((option) => element("option", { value: option.value, selected: option.value === field.value }, option.label)));
  }
  if (field.kind === "files") return element("input", { ...attributes, type: "file", multiple: true, accept: ACCEPTED });
  if (field.kind === "day") return element("input", { ...attributes, type: "date" });
  if (field.kind === "text") return element("textarea", { ...attributes, rows: 4 });
  return element("input", { ...attributes, type: "text", autocomplete: "off" });
}
