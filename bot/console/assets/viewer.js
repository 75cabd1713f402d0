// Shows a chart in full size.

import { element, icon } from "./elements.js";

/** Open the picture `url` over the page; Escape, the button or a press beside the picture closes it. */
export function showPicture(url, altText, closeLabel) {
  const dialog = document.getElementById("viewer");
  const close = element("button", { type: "button", class: "round", "aria-label": closeLabel }, icon("close"));
  close.addEventListener("click", () => dialog.close());
  dialog.setAttribute("aria-label", altText);
  dialog.replaceChildren(
    element("div", { class: "bar" }, element("p", {}, altText), close),
    element("div", { class: "sheet" }, element("img", { src: url, alt: altText })));
  dialog.onclick = (event) => {
    if (event.target === dialog) dialog.close();
  };
  dialog.showModal();
}
