// Beside each equation a button, which opens a panel: copy the TeX, the permanent link, a citation.
//
// An equation is an element of class "eq" with its TeX in data-tex; so the Markdown extension sets it. One
// that stands elsewhere is repeated with class "eq-citation", and has a link in place of a number.
import { citation, copyButton, formats, pageAddress } from "./cite.js";

const WHOLE = "";

/** What a box shows: its id on its page, its number, its permanent name, and how many lines it has. */
function facts(box) {
  const number = box.querySelector(".eq-number");
  if (!number) return { link: box.querySelector('a[href*="#eq-"]') };
  return {
    id: number.id,
    number: number.textContent.replace(/[()]/g, ""),
    lines: box.querySelectorAll(".eq-steps > span").length,
  };
}

/** The equation, or the line of it that was chosen, as it is linked and cited. */
function cited({ id, number }, line) {
  const part = line ? `.${line}` : "";
  const place = line ? `${number}, line ${line}` : number;
  return { id: id + part, number: place, name: id.replace(/^eq-/, "") + part };
}

function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

function row(label, parts) {
  const made = element("p", "eq-panel-row");
  if (label) made.append(`${label} `);
  made.append(...parts);
  return made;
}

function lineChoice(lines) {
  const choice = element("select", "eq-panel-line");
  choice.append(new Option("the whole equation", WHOLE));
  for (let line = 1; line <= lines; line += 1) choice.append(new Option(`line ${line}`, line));
  return choice;
}

function panelOf(box, about) {
  const panel = element("div", "eq-panel");
  panel.popover = "auto";
  panel.setAttribute("role", "group");
  panel.setAttribute("aria-label", named(about));
  const choice = about.lines ? lineChoice(about.lines) : null;
  const chosen = () => cited(about, choice?.value);
  const link = about.link ? () => about.link.href : () => `${pageAddress()}#${chosen().id}`;
  panel.append(row("", [copyButton("Copy TeX", () => box.dataset.tex), copyButton("Copy link", link)]));
  if (about.id) {
    const cite = (way) => copyButton(way, () => citation(way, chosen()), `Copy citation, ${way}`);
    const ways = formats().map(cite);
    if (ways.length) panel.append(row("Cite:", ways));
  }
  if (choice) {
    const label = element("label", "eq-panel-row", "Link and citation of ");
    label.append(choice);
    panel.append(label);
  }
  return panel;
}

function named({ number }) {
  return number ? `Copy or cite equation ${number}` : "Copy this equation";
}

/** Put the panel below its button, or above where there is more room, and let it scroll with the page. */
function place(panel, button) {
  const box = button.getBoundingClientRect();
  const { clientWidth, clientHeight } = document.documentElement;
  const above = box.top > clientHeight - box.bottom && clientHeight - box.bottom < 160;
  panel.style.right = `${clientWidth - box.right - scrollX}px`;
  panel.style.maxWidth = `${box.right - 4}px`;
  panel.style.top = above ? "auto" : `${box.bottom + scrollY}px`;
  panel.style.bottom = above ? `${clientHeight - box.top - scrollY}px` : "auto";
}

function openFor(box, about, button) {
  const panel = panelOf(box, about);
  panel.addEventListener("beforetoggle", () => place(panel, button));
  panel.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget && relatedTarget !== button && !panel.contains(relatedTarget)) panel.hidePopover();
  });
  button.after(panel);
  button.popoverTargetElement = panel; // from here on the browser opens and closes it, this first time too
}

function addButton(box) {
  const about = facts(box);
  const button = element("button", "eq-open", "\u22ef");
  button.type = "button";
  button.setAttribute("aria-label", named(about));
  button.addEventListener("click", () => openFor(box, about, button), { once: true });
  let foot = box.querySelector(".eq-foot");
  if (!foot) box.append((foot = element("div", "eq-foot")));
  foot.append(button);
}

if ("popover" in HTMLElement.prototype) {
  for (const box of document.querySelectorAll(".eq[data-tex]")) addButton(box);
}
