// Make one document of all the pages of the built site. Runs in the browser that prints it: see tools/pdf.py.

const PLAIN_IDS = /^eq-/; // unique over the whole book, and cited: they stay as they are
const NAMES_OF_IDS = ["for", "headers", "aria-labelledby", "aria-describedby", "aria-controls", "aria-owns"];
// What one clicks, and of the reference what is longer than its use on paper: sources, and who refers to a function.
const LEFT_OUT =
  "script, template, button, .headerlink, .md-button, .md-content__button, .md-source-file, details.cite, " +
  ".mkdocstrings-source, .doc-backlinks, .explorer-live";
const LAST = /^\/(evidence|reference)\//; // appendices

const ROOT = `${location.origin}/`;
const parser = new DOMParser();

async function read(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`${path}: there is no such page`);
  return parser.parseFromString(await answer.text(), "text/html");
}

function make(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

// ---- which pages, and in which order ----

/** The pages of the site's own navigation, once each, with the heading they stand under. */
function listed(home) {
  const chapters = new Map();
  for (const link of home.querySelectorAll(".md-nav--primary a.md-nav__link")) {
    const address = new URL(link.getAttribute("href"), ROOT);
    if (address.hash || chapters.has(address.pathname)) continue;
    const group = link.closest('.md-nav[data-md-level="1"]')?.querySelector(".md-nav__title");
    chapters.set(address.pathname, { path: address.pathname, part: group?.textContent.trim() ?? "" });
  }
  const all = [...chapters.values()];
  return [...all.filter(({ path }) => !LAST.test(path)), ...all.filter(({ path }) => LAST.test(path))];
}

const slug = (path) => path.replace(/^\/|\/$|index\.html$/g, "").replace(/[^\w-]+/g, "-") || "preface";

// ---- one chapter ----

const bookId = (chapter, id) => (PLAIN_IDS.test(id) ? id : `${chapter}.${id}`);

function renameIds(root, chapter) {
  const rename = (id) => bookId(chapter, id);
  for (const element of root.querySelectorAll("*")) {
    if (element.id) element.id = rename(element.id);
    for (const { name, value } of [...element.attributes]) {
      if (NAMES_OF_IDS.includes(name)) {
        element.setAttribute(name, value.split(/\s+/).map(rename).join(" "));
      } else if (value.includes("url(#")) {
        element.setAttribute(name, value.replace(/url\(#([^)]+)\)/g, (_, id) => `url(#${rename(id)})`));
      } else if (/(^|:)href$/.test(name) && value.startsWith("#") && element.localName !== "a") {
        element.setAttribute(name, `#${rename(value.slice(1))}`); // <use> within a picture
      }
    }
  }
}

/** Open what is folded, but leave of an equation's check one line. */
function unfold(root) {
  for (const noscript of root.querySelectorAll("noscript")) noscript.replaceWith(...noscript.childNodes);
  for (const details of root.querySelectorAll("details")) {
    if (details.matches(".eq-check")) details.replaceChildren(details.querySelector("summary"));
    else details.open = true;
  }
}

function chapterOf(page, { path, part }) {
  const article = document.importNode(page.querySelector("article.md-content__inner"), true);
  for (const element of article.querySelectorAll(LEFT_OUT)) element.remove();
  for (const element of article.querySelectorAll("p:empty")) element.remove();
  // The formulas' second form, for screen readers: in a PDF it would be a second, invisible text.
  for (const formula of article.querySelectorAll("mjx-assistive-mml")) formula.remove();
  unfold(article);
  renameIds(article, slug(path));
  const section = make("section", { class: "chapter", id: slug(path) }, article);
  section.dataset.part = part;
  section.dataset.path = path;
  return section;
}

// ---- links ----

/** Lead the links between pages to places within the book; say which lead nowhere. */
function lead(sections) {
  const chapters = new Map(sections.map((section) => [section.dataset.path, section]));
  const wrong = [];
  for (const section of sections) {
    for (const link of section.querySelectorAll("a[href]")) {
      const href = link.getAttribute("href");
      const address = new URL(href, new URL(section.dataset.path, ROOT));
      if (address.origin !== location.origin) continue;
      const chapter = chapters.get(address.pathname.replace(/index\.html$/, ""));
      if (!chapter) {
        link.replaceWith(...link.childNodes); // a file of the site, which a book does not have
        continue;
      }
      const id = address.hash ? bookId(chapter.id, decodeURIComponent(address.hash.slice(1))) : chapter.id;
      link.setAttribute("href", `#${id}`);
      if (!document.getElementById(id)) wrong.push(`${section.id}: the link ${href} leads nowhere`);
    }
  }
  return wrong;
}

function doubled() {
  const seen = new Set();
  const twice = [];
  for (const { id } of document.querySelectorAll("[id]")) {
    if (id && seen.has(id)) twice.push(`the id ${id} is there twice`);
    seen.add(id);
  }
  return twice;
}

// ---- front page and contents ----

function titlePage({ title, subtitle, lines }) {
  return make(
    "section",
    { class: "title-page md-typeset", id: "title-page" },
    make("h1", {}, title),
    make("p", { class: "subtitle" }, subtitle),
    make("div", { class: "imprint" }, ...lines.map((line) => make("p", {}, line))),
  );
}

function entry(target, level, text) {
  const page = make("span", { class: "page" }, "000");
  page.dataset.of = target;
  const link = make("a", { href: `#${target}` }, make("span", { class: "text" }, text), page);
  return make("li", { class: level }, link);
}

function contents(sections) {
  const list = make("ol", {});
  let part = "";
  for (const section of sections) {
    if (section.dataset.part !== part) {
      part = section.dataset.part;
      if (part) list.append(make("li", { class: "part" }, part));
    }
    list.append(entry(section.id, "of-chapter", section.querySelector("h1").textContent.trim()));
    for (const heading of section.querySelectorAll("h2[id]")) {
      list.append(entry(heading.id, "of-section", heading.textContent.trim()));
    }
  }
  return make("section", { class: "contents md-typeset", id: "contents" }, make("h1", {}, "Contents"), list);
}

/** A running header for each chapter: a named page, since Chromium has no string-set. */
function headers(sections) {
  const rules = sections.map((section, at) => {
    const own = section.querySelector("h1").textContent.trim();
    const title = JSON.stringify(LAST.test(section.dataset.path) ? `${section.dataset.part}: ${own}` : own);
    return `@page chapter-${at} { @top-left { content: ${title} } } #${CSS.escape(section.id)} { page: chapter-${at} }`;
  });
  return make("style", {}, rules.join("\n"));
}

// ---- what tools/pdf.py calls ----

/** Put the book together, or `only` some of its pages; return what is wrong with it. `front` is for the title page. */
export async function gather(front, only) {
  const home = await read("/");
  const list = listed(home).filter(({ path }) => !only || path === "/" || only.includes(path.slice(1)));
  const pages = await Promise.all(list.map(({ path }) => read(path)));
  const sections = list.map((chapter, at) => chapterOf(pages[at], chapter));
  sections[0].querySelector("h1").textContent = "About this book";
  const sheets = stylesheets(home);
  document.head.append(...sheets, headers(sections));
  await Promise.all(sheets.map(loaded)); // before the text is there: each one styles the whole book anew
  document.body.append(titlePage(front), contents(sections), ...sections);
  return [...(await fontless()), ...lead(sections), ...doubled()];
}

/** Load all fonts before anything is measured: the formulas' first one has no letters, and would come too late. */
async function fontless() {
  const fonts = [...document.fonts];
  const loads = await Promise.allSettled(fonts.map((font) => font.load()));
  return fonts.filter((_, at) => loads[at].status === "rejected").map(({ family }) => `the font ${family} is broken`);
}

function stylesheets(home) {
  const own = [...home.querySelectorAll('link[rel="stylesheet"]')].map((link) => link.getAttribute("href"));
  return [...own, ".pdf/book.css"].map((href) => make("link", { rel: "stylesheet", href: new URL(href, ROOT).href }));
}

const loaded = (link) =>
  new Promise((done, fail) => {
    link.onload = done;
    link.onerror = () => fail(new Error(`${link.href} is missing`));
  });

/** Make each formula that is wider than the page smaller, down to `least`; return those that still do not fit. */
export async function fit(least) {
  const wide = [...document.querySelectorAll(".eq-math")].filter((box) => box.scrollWidth > box.clientWidth + 1);
  const scales = wide.map((box) => box.clientWidth / box.scrollWidth);
  wide.forEach((box, at) => {
    box.style.fontSize = `${Math.max(least, Math.floor(scales[at] * 98) / 100)}em`;
  });
  const name = (box) => box.parentElement.querySelector(".eq-number")?.id ?? box.textContent.slice(0, 40);
  return {
    shrunk: wide.map((box, at) => [name(box), scales[at]]),
    wrong: wide.filter((box) => box.scrollWidth > box.clientWidth + 1).map((box) => `${name(box)} is too wide`),
  };
}

/** Say whether this computer has a letter for Chinese: without one, two letters are the same empty box. */
export function hasChinese() {
  const [one, other] = ["中", "文"].map((letter) => {
    const canvas = make("canvas", { width: 40, height: 40 });
    const pen = canvas.getContext("2d");
    pen.font = "30px serif";
    pen.fillText(letter, 4, 32);
    return canvas.toDataURL();
  });
  return one !== other;
}

/** Write the page numbers into the contents. */
export function number(pages) {
  const places = [...document.querySelectorAll(".contents .page")];
  for (const place of places) place.textContent = pages[place.dataset.of];
  return places.filter(({ dataset }) => !pages[dataset.of]).map(({ dataset }) => `no page has ${dataset.of}`);
}
