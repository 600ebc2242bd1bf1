// What both explorers are built from: elements, symbols, numbers, sliders, equations, and a voice.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

export const make = (tag, attributes = {}, ...children) =>
  fill(document.createElement(tag), attributes, children);
export const draw = (tag, attributes = {}, ...children) =>
  fill(document.createElementNS(SVG, tag), attributes, children);

// A symbol of the page: italic, but for Δ and the d of a gradient; what follows "_" is set below the line.
export function symbol(name) {
  const [, upright, letters, below] = name.match(/^(Δ|d(?=[A-Zb]))?([^_]*)_?(.*)$/);
  const italic = letters ? [make("i", {}, letters)] : [];
  const index = below ? [make("sub", {}, /^[a-z]/.test(below) ? make("i", {}, below) : below)] : [];
  return make("span", { class: "explorer-symbol" }, upright ?? "", ...italic, ...index);
}

// Numbers as the page prints them, with a true minus: 0.879; a sign on request, and then also −0.000.
export function digits(value, { signed = false, places = 3 } = {}) {
  const text = Math.abs(value).toFixed(places);
  const sign = value < 0 && (signed || Number(text)) ? "−" : signed && value > 0 ? "+" : "";
  return sign + text;
}

// A labelled slider; its value in words is also what a screen reader says of it.
export function slider({ label, name, min, max, step, value, say, input }) {
  const shown = make("span", { class: "explorer-number" });
  const attributes = { type: "range", min, max, step, "aria-label": name, "data-slider": name };
  const range = make("input", attributes);
  const show = () => {
    shown.textContent = say(Number(range.value));
    range.setAttribute("aria-valuetext", shown.textContent);
  };
  const set = (number) => {
    range.value = number;
    show();
  };
  range.addEventListener("input", () => {
    show();
    input(Number(range.value));
  });
  set(value);
  return { element: make("label", { class: "explorer-slider" }, label, range, shown), set };
}

// A radio button with its text.
export function choice(group, text, change) {
  const radio = make("input", { type: "radio", name: group, change });
  return { radio, element: make("label", { class: "explorer-choice" }, radio, text) };
}

export const button = (text, click) =>
  make("button", { type: "button", class: "explorer-button", click }, text);

// Speaks to a screen reader, politely: only the last of several quick changes is said.
export function voice() {
  const element = make("p", { class: "explorer-voice", role: "status" });
  let waiting;
  const say = (text) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => (element.textContent = text), 400);
  };
  return { element, say };
}

// The equation of the page, as it stands there, and its number as a link to it.
export function equation(id) {
  const number = document.getElementById(`eq-${id}`);
  const formula = number?.closest(".eq")?.querySelector("mjx-container");
  if (!formula) return [];
  const box = make("span", { class: "explorer-formula" }, formula.cloneNode(true));
  const [text] = number.textContent.match(/\(\S+\)/) ?? ["equation"];
  return [box, make("a", { href: `#eq-${id}`, "aria-label": `${text}, the equation on this page` }, text)];
}

// A box that scrolls can be reached by the keyboard, so that it can be scrolled.
export function reachable(place) {
  for (const box of place.querySelectorAll(".explorer-formula")) {
    const scrolls = box.scrollWidth > box.clientWidth;
    for (const [name, value] of Object.entries({ tabindex: 0, role: "group", "aria-label": "equation" })) {
      if (scrolls) box.setAttribute(name, value);
      else box.removeAttribute(name);
    }
  }
}

// Put the explorer beside the still picture, which is kept for print.
export function take(place, ...parts) {
  const attributes = { class: "explorer-live", role: "group", "aria-label": place.dataset.label };
  place.append(make("div", attributes, ...parts));
  place.classList.add("explorer-taken");
}
