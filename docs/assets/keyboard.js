// What the theme leaves to the mouse, for the keyboard.
//
// A box that scrolls within itself becomes a stop, with a name; one that fits is none. Chromium and Firefox stop
// at such boxes by themselves, Safari does not; none of them gives a name.
const BOXES = ".eq-math, .eq-notation, .md-typeset__scrollwrap, pre > code, .eq-symbols mjx-container";

const NAMES = [
  [".eq-math", (box) => `Equation ${box.parentElement.querySelector(".eq-number")?.textContent.trim() ?? ""}`],
  [".eq-notation", () => "Table of symbols"],
  [".md-typeset__scrollwrap", () => "Table"],
  ["pre > code", () => "Code"],
  ["mjx-container", () => "Formula"],
];

function nameOf(box) {
  const [, name] = NAMES.find(([selector]) => box.matches(selector));
  return `${name(box).trim()}, scrolls sideways`;
}

function makeStop(box) {
  box.tabIndex = 0;
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", nameOf(box));
}

function makePlain(box) {
  for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
}

// All is measured before anything is changed, so that the page is laid out once.
function update(boxes) {
  const scrolls = boxes.map((box) => box.scrollWidth > box.clientWidth + 1);
  boxes.forEach((box, i) => {
    if (scrolls[i]) makeStop(box);
    else if (box.getAttribute("role") === "group") makePlain(box);
  });
}

// The theme wraps the tables by its own script, and late fonts make formulas wider.
async function watch() {
  await document.fonts.ready;
  const observer = new ResizeObserver((entries) => update(entries.map((entry) => entry.target)));
  const observe = (root) => root.querySelectorAll(BOXES).forEach((box) => observer.observe(box));
  observe(document);
  document.addEventListener("unfolded", ({ target }) => observe(target));
}

// In the drawer of a narrow screen, labels lead from list to list; the theme presses one that has the focus on Enter.
const drawer = matchMedia("(max-width: 76.234375em)");

function nameDrawer() {
  document.getElementById("__drawer")?.setAttribute("aria-label", "Navigation");
  for (const label of document.querySelectorAll("label.md-nav__title, label.md-nav__link[for='__toc']")) {
    if (drawer.matches) label.tabIndex = 0;
    else label.removeAttribute("tabindex");
  }
}

nameDrawer();
drawer.addEventListener("change", nameDrawer);
if (document.readyState === "complete") watch();
else addEventListener("load", watch);
