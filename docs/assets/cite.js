// Citations: buttons that copy those of the page, and the same citations made for one of its equations.
//
// The texts are on the page already, in elements with data-cite="BibTeX" and so on. In them, data-cite-part
// is written before the title where an equation is cited, data-cite-key ends the key, data-cite-url is the
// address, and data-cite-address is what is hidden where the site has no address of its own.

/** The page's address: the site's own where it has one, or else the one that the page is read from. */
export function pageAddress() {
  const canonical = document.querySelector('link[rel="canonical"]');
  const address = new URL(canonical ? canonical.href : location.href);
  address.search = address.hash = "";
  return address.href;
}

/** The names of the ways in which the page can be cited. */
export function formats() {
  return [...document.querySelectorAll("[data-cite]")].map((element) => element.dataset.cite);
}

/** Cite the page, or an equation of it: { id, number, name }. */
export function citation(format, equation) {
  const text = document.querySelector(`[data-cite="${format}"]`).cloneNode(true);
  for (const part of text.querySelectorAll("[data-cite-part]")) {
    part.textContent = equation ? fill(part.dataset.citePart, equation) : "";
  }
  for (const key of text.querySelectorAll("[data-cite-key]")) {
    key.textContent = equation ? `-${equation.id}` : "";
  }
  for (const url of text.querySelectorAll("[data-cite-url]")) {
    url.textContent = equation ? `${pageAddress()}#${equation.id}` : pageAddress();
  }
  return text.textContent;
}

function fill(template, facts) {
  return template.replace(/\{(\w+)\}/g, (_, name) => facts[name]);
}

/** Make a button that copies what `text` returns; `name` says it in full to who does not see its place. */
export function copyButton(label, text, name = label) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy-button";
  button.textContent = label;
  if (name !== label) button.setAttribute("aria-label", name);
  button.addEventListener("click", async () => report(button, name, await copy(text(), button)));
  return button;
}

async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text, button);
  }
}

/** Copy where there is no clipboard to write to, as on a page that came without encryption. */
function copySelected(text, button) {
  const area = document.createElement("textarea");
  area.value = text;
  button.after(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  button.focus();
  return done;
}

function report(button, name, done) {
  for (const other of document.querySelectorAll("[data-copied]")) delete other.dataset.copied;
  button.dataset.copied = done ? "yes" : "no";
  status().textContent = done ? `Done: ${name}` : `The browser does not allow: ${name}`;
}

/** What a screen reader says without being asked. */
function status() {
  let region = document.querySelector(".copy-status");
  if (!region) {
    region = document.createElement("div");
    region.className = "copy-status";
    region.setAttribute("role", "status");
    document.body.append(region);
  }
  return region;
}

function showAddress() {
  for (const url of document.querySelectorAll("[data-cite-url]")) url.textContent = pageAddress();
  for (const address of document.querySelectorAll("[data-cite-address]")) address.hidden = false;
}

function addButtons() {
  for (const text of document.querySelectorAll("[data-cite]")) {
    const format = text.dataset.cite;
    const button = copyButton("Copy", () => citation(format), `Copy ${format}`);
    text.previousElementSibling.append(button);
  }
}

showAddress();
addButtons();
