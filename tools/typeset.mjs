// Set every formula of a built site with MathJax, so that readers need no script for it.
//
//   node tools/typeset.mjs
//
// It reads what to do from its standard input, a line of JSON each time, until that ends (tools/typesetter.py):
//
//   {"ahead": HTML}                   set the formulas of a part of a page, which will be asked for later
//   {"site": SITE, "pages": [PAGE…]}  set the formulas of these pages of a site, or of all where "pages" is null,
//                                     and answer with a line of JSON: {"errors": […], "said": "…"}
//
// Replaces each \(…\) and \[…\] that the Markdown extensions left in class="arithmatex" by CHTML
// with assistive MathML, writes one stylesheet with the fonts it names, lets each page ask for the font of its
// formulas at once, and cleans the search index of TeX delimiters. An error is a formula that has one, or that is
// left untypeset. What was set once is kept.
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

import { MathJaxNewcmFont } from "@mathjax/mathjax-newcm-font/js/chtml.js";
import { AssistiveMmlHandler } from "@mathjax/src/js/a11y/assistive-mml.js";
import { liteAdaptor } from "@mathjax/src/js/adaptors/liteAdaptor.js";
import { RegisterHTMLHandler } from "@mathjax/src/js/handlers/html.js";
import { TeX } from "@mathjax/src/js/input/tex.js";
import "@mathjax/src/js/input/tex/ams/AmsConfiguration.js";
import "@mathjax/src/js/input/tex/base/BaseConfiguration.js";
import "@mathjax/src/js/input/tex/boldsymbol/BoldsymbolConfiguration.js";
import "@mathjax/src/js/input/tex/color/ColorConfiguration.js";
import { mathjax } from "@mathjax/src/js/mathjax.js";
import { CHTML } from "@mathjax/src/js/output/chtml.js";
import "@mathjax/src/js/util/asyncLoad/esm.js";

const FORMULA = /<(span|div) class="arithmatex">(\\\(|\\\[)([\s\S]*?)(\\\)|\\\])<\/\1>/g;
// What must not be in a page's visible text once all is set: a delimiter, or a wrapper that was not replaced.
const LEFTOVER = /class="arithmatex"|\\\(|\\\)|\\\[|\\\]|\$/;
// An equation's number and its references are the fence's affair.
const NUMBERING = /\\(label|ref|eqref|tag)\b/;

const adaptor = liteAdaptor();
AssistiveMmlHandler(RegisterHTMLHandler(adaptor));
// Without the packages `noundefined` and `noerrors`, whatever TeX does not know is an error.
const tex = new TeX({
  packages: ["base", "ams", "boldsymbol", "color"],
  formatError: (_, error) => {
    throw error;
  },
});
const chtml = new CHTML({ fontData: MathJaxNewcmFont, fontURL: ".", linebreaks: { inline: false } });
const setter = mathjax.document("", { InputJax: tex, OutputJax: chtml });

const unescape = (text) =>
  text.replace(/&(lt|gt|quot|amp|#39);/g, (_, name) => ({ lt: "<", gt: ">", quot: '"', amp: "&", "#39": "'" })[name]);

// What MathJax writes into every formula and no browser needs: the TeX once more, what is so by default, and a style
// that OURS sets for all of them.
const NEEDLESS =
  / (?:data-latex(?:-item)?|overflow|unselectable|xmlns)="[^"]*"|(?<=<mjx-container[^>]*) style="position: relative;"/g;
const OURS = `
mjx-container {
  position: relative;
}
`;

// The font of nearly all characters, and the one that gives lines their height, are asked for before the stylesheets
// that name them, where a formula is near the page's beginning. Browsers warn of what is asked for and not used soon.
const FONTS = ["mjx-ncm-zero.woff2", "mjx-ncm-n.woff2"];
const NEAR = 4000; // characters of text, less than a screen and a half
function withFontsAskedFor(page) {
  const start = page.search(/<article\b/);
  const formula = page.indexOf("<mjx-container", start);
  const before = page.slice(start, formula);
  if (start < 0 || formula < 0 || /<details\b(?![\s\S]*<\/details>)/.test(before)) return page;
  if (before.replace(/<svg\b[\s\S]*?<\/svg>|<[^>]*>/g, "").replace(/\s+/g, " ").length > NEAR) return page;
  const href = page.match(/href="([^"]*)assets\/mathjax\/mathjax\.css"/)?.[1];
  if (href === undefined) return page;
  const link = (font) =>
    `<link rel="preload" href="${href}assets/mathjax/${font}" as="font" type="font/woff2" crossorigin>\n      `;
  return page.replace('<link rel="stylesheet"', (first) => FONTS.map(link).join("") + first);
}

const done = new Map();
async function set(source, display) {
  const key = `${display}${source}`;
  if (!done.has(key)) {
    // The promise waits for the parts of the font that the formula needs.
    const html = adaptor.outerHTML(await setter.convertPromise(source, { display }));
    done.set(key, html.replace(NEEDLESS, ""));
  }
  return done.get(key);
}

// An error is left to be found where the formula is wanted.
async function setAhead(html) {
  for (const [, , open, source] of html.matchAll(FORMULA)) {
    await set(unescape(source), open === "\\[").catch(() => {});
  }
}

async function setPage(page) {
  const [parts, wrong, keys] = [[], [], []];
  let end = 0;
  for (const match of page.matchAll(FORMULA)) {
    const [whole, , open, source] = match;
    parts.push(page.slice(end, match.index));
    try {
      if (NUMBERING.test(source)) throw new Error("an equation is numbered, and referred to, by the id of its fence");
      parts.push(await set(unescape(source), open === "\\["));
    } catch (error) {
      wrong.push(`${error.message}: ${source.trim()}`);
    }
    keys.push(open + source);
    end = match.index + whole.length;
  }
  const typeset = parts.join("") + page.slice(end);
  const text = typeset
    .replace(/<(script|style|code|pre|svg|mjx-assistive-mml)\b[\s\S]*?<\/\1>/g, "")
    .replace(/ (title|alt|content|href|aria-label|data-[a-z-]+)="[^"]*"/g, "");
  const left = LEFTOVER.exec(text);
  if (left) wrong.push(`math left untypeset: ${text.substr(Math.max(0, left.index - 40), 120)}`);
  return { typeset, wrong, keys };
}

// The stylesheet is for all that was set so far.
function writeStylesheet(assets) {
  const css = adaptor.textContent(chtml.styleSheet(setter)) + OURS;
  rmSync(assets, { recursive: true, force: true });
  mkdirSync(assets, { recursive: true });
  writeFileSync(join(assets, "mathjax.css"), css);
  const fonts = join(
    dirname(createRequire(import.meta.url).resolve("@mathjax/mathjax-newcm-font/package.json")),
    "chtml/woff2",
  );
  for (const [, url] of css.matchAll(/url\(["']?([^"')]+\.woff2)["']?\)/g)) {
    copyFileSync(join(fonts, basename(url)), join(assets, basename(url)));
  }
}

function cleanIndex(file) {
  writeFileSync(file, readFileSync(file, "utf8").replace(/\\\\[()[\]]/g, " "));
}

async function setSite(site, pages) {
  const files = pages ?? readdirSync(site, { recursive: true }).sort();
  const names = files.filter((name) => name.endsWith(".html"));
  const [errors, keys] = [[], []];
  for (const name of names) {
    const page = readFileSync(join(site, name), "utf8");
    const found = await setPage(page);
    errors.push(...found.wrong.map((wrong) => `typeset: ${name}: ${wrong}`));
    keys.push(...found.keys);
    if (found.typeset !== page) writeFileSync(join(site, name), withFontsAskedFor(found.typeset));
  }
  writeStylesheet(join(site, "assets", "mathjax"));
  for (const name of files.filter((name) => name.endsWith("search_index.json"))) cleanIndex(join(site, name));
  const said = `typeset: ${keys.length} formulas, ${new Set(keys).size} different, on ${names.length} pages`;
  return { errors, said };
}

for await (const line of createInterface({ input: process.stdin })) {
  const { ahead, site, pages } = JSON.parse(line);
  if (ahead === undefined) process.stdout.write(`${JSON.stringify(await setSite(site, pages))}\n`);
  else await setAhead(ahead);
}
