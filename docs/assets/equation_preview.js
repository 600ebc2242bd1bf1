// A reference to an equation shows the equation while it is hovered or focused: a[href*="#eq-"].
//
// Escape puts it away, the pointer may go into it, and it stays as long as the pointer or the focus does.
const REFERENCE = 'a[href*="#eq-"]:not(.eq-number)';
const INTENT = 150; // ms, so that a pointer that only passes opens nothing
const GRACE = 300; // ms to reach the preview

const pages = new Map();
const card = document.createElement("div");
let link = null; // whose equation is shown, or is about to be
let dismissed = null; // whose equation was put away, until the pointer or the focus has been elsewhere
let timer = 0;

/** The document that an address leads to: this one, or another of the same host, read once. */
function pageOf(address) {
  if (address.pathname === location.pathname) return document;
  if (!pages.has(address.pathname)) pages.set(address.pathname, read(address));
  return pages.get(address.pathname);
}

async function read(address) {
  try {
    const response = await fetch(address.pathname);
    return response.ok ? new DOMParser().parseFromString(await response.text(), "text/html") : null;
  } catch {
    return null; // no network, and so no preview
  }
}

async function equationOf(reference) {
  const address = new URL(reference.href);
  if (address.origin !== location.origin) return null;
  const page = await pageOf(address);
  const box = page?.getElementById(decodeURIComponent(address.hash.slice(1)))?.closest(".eq");
  return box ? { box, page } : null;
}

function inView(box) {
  const { top, bottom } = box.getBoundingClientRect();
  return box.ownerDocument === document && top >= 0 && bottom <= innerHeight;
}

/** The words above the formula: what it is, and where it stands. */
function caption({ box, page }) {
  const words = document.createElement("p");
  const kind = box.querySelector(".eq-kind")?.textContent;
  const heading = page.querySelector("h1")?.cloneNode(true);
  heading?.querySelector(".headerlink")?.remove();
  const where = page !== document && heading ? ` of ${heading.textContent.trim()}` : "";
  words.className = "eq-preview-caption";
  const number = box.querySelector(".eq-number").textContent;
  words.textContent = `${kind ? `${kind}: ` : ""}Equation ${number}${where}`;
  return words;
}

/** The formula alone: nothing that can be clicked, and no id a second time. */
function formula({ box }) {
  const copy = document.createElement("div");
  copy.className = box.className;
  copy.append(document.importNode(box.querySelector(".eq-math"), true));
  for (const part of copy.querySelectorAll("[id]")) part.removeAttribute("id");
  return copy;
}

async function show(reference) {
  const found = await equationOf(reference);
  if (reference !== link) return; // the reader has gone on
  if (!found || inView(found.box)) return hide();
  card.replaceChildren(caption(found), formula(found));
  reference.setAttribute("aria-describedby", card.id);
  card.showPopover();
  place(reference.getBoundingClientRect());
}

function place(beside) {
  const { clientWidth, clientHeight } = document.documentElement;
  const { width, height } = card.getBoundingClientRect();
  const below = beside.bottom + height <= clientHeight || beside.top < clientHeight - beside.bottom;
  card.style.left = `${Math.max(4, Math.min(beside.left, clientWidth - width - 4)) + scrollX}px`;
  card.style.top = `${(below ? beside.bottom : beside.top - height) + scrollY}px`;
}

function hide() {
  clearTimeout(timer);
  link?.removeAttribute("aria-describedby");
  link = null;
  card.hidePopover();
}

function plan(action, wait) {
  clearTimeout(timer);
  timer = setTimeout(action, wait);
}

function ask(reference, wait) {
  if (reference === dismissed) return;
  if (reference === link && card.matches(":popover-open")) return clearTimeout(timer);
  if (link) hide();
  link = reference;
  plan(() => show(reference), wait);
}

function leave() {
  dismissed = null;
  if (link && !link.matches(":focus-visible")) plan(hide, GRACE);
}

function listen() {
  document.addEventListener("pointerover", ({ target, pointerType }) => {
    if (pointerType === "touch") return;
    const reference = target.closest?.(REFERENCE);
    if (reference) ask(reference, INTENT);
    else if (card.contains(target)) clearTimeout(timer);
    else leave();
  });
  document.documentElement.addEventListener("pointerleave", leave);
  document.addEventListener("focusin", ({ target }) => {
    const reference = target.closest?.(REFERENCE);
    if (reference?.matches(":focus-visible")) ask(reference, 0);
    else leave();
  });
  document.addEventListener("focusout", ({ target }) => {
    dismissed = null;
    if (target === link) plan(hide, GRACE);
  });
  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || !link) return;
    dismissed = link;
    hide();
  });
  document.addEventListener("click", ({ target }) => {
    if (link?.contains(target)) hide();
  });
}

if ("popover" in HTMLElement.prototype) {
  card.id = "eq-preview";
  card.className = "eq-preview md-typeset";
  card.popover = "manual";
  card.setAttribute("role", "tooltip");
  document.body.append(card);
  listen();
}
