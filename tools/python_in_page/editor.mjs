// The editor in which a reader changes an example: CodeMirror, with no more than this needs.
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { pythonLanguage } from "@codemirror/lang-python";
import {
  HighlightStyle,
  bracketMatching,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from "@codemirror/language";
import { EditorState, Prec } from "@codemirror/state";
import { EditorView, drawSelection, keymap } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const colour = (name) => ({ color: `var(--md-code-hl-${name}-color)` });
const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.controlKeyword], ...colour("keyword") },
  { tag: [tags.string, tags.special(tags.string)], ...colour("string") },
  { tag: tags.number, ...colour("number") },
  { tag: [tags.bool, tags.null], ...colour("constant") },
  { tag: tags.comment, ...colour("comment") },
  { tag: [tags.operator, tags.punctuation], ...colour("operator") },
]);

const look = EditorView.theme({
  "&": { fontSize: "0.85em", backgroundColor: "var(--md-code-bg-color)", color: "var(--md-code-fg-color)" },
  "&.cm-focused": { outline: "0.1rem solid var(--md-accent-fg-color)" },
  ".cm-scroller": { fontFamily: "var(--md-code-font-family, monospace)", lineHeight: "1.4" },
  ".cm-content": { padding: "0.6em 0", caretColor: "var(--md-default-fg-color)" },
  ".cm-line": { padding: "0 1.1764705882em" },
  ".cm-cursor": { borderLeftColor: "var(--md-default-fg-color)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    background: "var(--md-code-hl-color--light)",
  },
  "&.cm-focused .cm-matchingBracket": { background: "none", outline: "1px solid var(--eq-quiet)" },
});

const HINT = "display: block; margin: 0; padding: 0.3rem 0.6rem 0; color: var(--eq-quiet); font-size: 0.6rem";

// The editor lives in a shadow tree: there CodeMirror adopts its style sheets, and needs no <style> element,
// which the site's content security policy would refuse. What describes it must live there too.
// Tab is bound to nothing, so that it leads on through the page; Ctrl+] and Ctrl+[ indent.
export function createEditor({ parent, text, label, hint, onRun }) {
  const root = parent.attachShadow({ mode: "open" });
  const described = document.createElement("p");
  Object.assign(described, { id: "hint", textContent: hint });
  described.style.cssText = HINT;
  const run = () => {
    onRun();
    return true;
  };
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: text,
      extensions: [
        Prec.highest(keymap.of([{ key: "Mod-Enter", run }, { key: "Shift-Enter", run }])),
        keymap.of([...defaultKeymap, ...historyKeymap]),
        history(),
        drawSelection(),
        bracketMatching(),
        indentOnInput(),
        indentUnit.of("    "),
        pythonLanguage,
        look,
        syntaxHighlighting(colours),
        EditorView.contentAttributes.of({ "aria-label": label, "aria-describedby": described.id }),
      ],
    }),
  });
  root.append(described);
  return {
    text: () => view.state.doc.toString(),
    focus: () => view.focus(),
    replace(text) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
    },
  };
}
