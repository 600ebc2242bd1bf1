// Set every formula of a built site with MathJax, so that readers need no script for it.
//
//   node tools/typeset.mjs SITE
//
// Replaces each \(…\) and \[…\] that the Markdown extensions left in class="arithmatex" by CHTML
// with assistive MathML, writes one stylesheet with the fonts it names, lets each page ask for the font of its
// formulas at once, and cleans the search index of TeX delimiters. Exits 1 if any formula has an error, or if any
// is left untypeset.
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { createRequire } from "node:module";

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

const site = process.argv[2];
const assets = join(site, "assets", "mathjax");
const stylesheet = join(assets, "mathjax.css");
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

const files = readdirSync(site, { recursive: true })
  .map((name) => join(site, name))
  .sort();
const errors = [];
let formulas = 0;

for (const file of files.filter((name) => name.endsWith(".html"))) {
  const page = readFileSync(file, "utf8");
  const parts = [];
  let end = 0;
  for (const match of page.matchAll(FORMULA)) {
    const [whole, , open, source] = match;
    formulas += 1;
    parts.push(page.slice(end, match.index));
    try {
      if (NUMBERING.test(source)) throw new Error("an equation is numbered, and referred to, by the id of its fence");
      parts.push(await set(unescape(source), open === "\\["));
    } catch (error) {
      errors.push(`${relative(site, file)}: ${error.message}: ${source.trim()}`);
    }
    end = match.index + whole.length;
  }
  const typeset = parts.join("") + page.slice(end);
  const text = typeset
    .replace(/<(script|style|code|pre|svg|mjx-assistive-mml)\b[\s\S]*?<\/\1>/g, "")
    .replace(/ (title|alt|content|href|aria-label|data-[a-z-]+)="[^"]*"/g, "");
  const left = LEFTOVER.exec(text);
  if (left) errors.push(`${relative(site, file)}: math left untypeset: ${text.substr(Math.max(0, left.index - 40), 120)}`);
  if (typeset !== page) writeFileSync(file, withFontsAskedFor(typeset));
}

const css = adaptor.textContent(chtml.styleSheet(setter)) + OURS;
rmSync(assets, { recursive: true, force: true });
mkdirSync(assets, { recursive: true });
writeFileSync(stylesheet, css);
const fonts = join(
  dirname(createRequire(import.meta.url).resolve("@mathjax/mathjax-newcm-font/package.json")),
  "chtml/woff2",
);
for (const [, url] of css.matchAll(/url\(["']?([^"')]+\.woff2)["']?\)/g)) {
  copyFileSync(join(fonts, basename(url)), join(assets, basename(url)));
}

for (const file of files.filter((name) => name.endsWith("search_index.json"))) {
  const index = readFileSync(file, "utf8");
  writeFileSync(file, index.replace(/\\\\[()[\]]/g, " "));
}

if (errors.length) {
  console.error(errors.map((error) => `typeset: ${error}`).join("\n"));
  process.exit(1);
}
console.log(`typeset: ${formulas} formulas, ${done.size} different, on ${files.filter((f) => f.endsWith(".html")).length} pages`);
