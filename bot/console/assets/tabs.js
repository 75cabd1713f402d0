// Rooms as tabs where the page is too narrow for two beside each other.

import { element } from "./elements.js";

const NARROW = window.matchMedia("(max-width: 799px)");

/** The row of tabs above the rooms; on a wide page it is not there and every room is shown. */
export class Tabs {
  constructor(node, label) {
    this.node = node;
    this.label = label;
    this.panes = [];
    this.chosen = 0;
    NARROW.onchange = () => this.draw();
  }

  /** Make a tab for each room. */
  show(panes) {
    this.panes = panes;
    this.buttons = panes.map((pane, index) => {
      const tab = element("button", { type: "button", class: "tab", role: "tab", id: `tab-${index}`, "aria-controls": pane.node.id, lang: pane.room.language },
        element("span", {}, pane.room.title));
      tab.addEventListener("click", () => this.choose(index));
      tab.addEventListener("keydown", (event) => this.onKey(event, index));
      return tab;
    });
    this.node.replaceChildren(...this.buttons);
    this.draw();
  }

  choose(index) {
    this.chosen = index;
    this.draw();
    this.panes[index].toLastMessage();
  }

  onKey(event, index) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = (index + step + this.panes.length) % this.panes.length;
    this.choose(next);
    this.buttons[next].focus();
  }

  /** Put a dot on the tab of a room that got a message while another one is shown. */
  mark(pane) {
    const index = this.panes.indexOf(pane);
    if (NARROW.matches && index !== this.chosen) this.buttons[index]?.classList.add("has-news");
  }

  draw() {
    const isTabbed = NARROW.matches && this.panes.length > 1;
    this.node.hidden = !isTabbed;
    this.node.setAttribute("role", "tablist");
    this.node.setAttribute("aria-label", this.label);
    this.panes.forEach((pane, index) => {
      const isChosen = index === this.chosen;
      pane.node.hidden = isTabbed && !isChosen;
      if (isTabbed) pane.node.setAttribute("role", "tabpanel");
      else pane.node.removeAttribute("role");
      this.buttons[index].setAttribute("aria-selected", String(isChosen));
      this.buttons[index].tabIndex = isChosen ? 0 : -1;
      if (isChosen) this.buttons[index].classList.remove("has-news");
    });
  }
}
