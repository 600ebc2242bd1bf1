// An example that has been opened: an editor with its code, buttons, and what it prints.
import { Status, make, whatEnded } from "./dom.js";
import { ask, inTurn, session, start, stop } from "./python.js";
import { isTraceback, read, same } from "./text.js";

const KEY = /^(Mac|iP)/.test(navigator.platform) ? "\u2318" : "Ctrl+";
const HINT = `${KEY}Enter runs. Tab leaves the editor; ${KEY}] and ${KEY}[ indent.`;
const editing = () => import("../python/editor.js");

class Example {
  constructor(block, number) {
    const { code, output } = read(block.querySelector("code").textContent);
    Object.assign(this, { block, number, original: code, expected: output });
    this.name = `<example ${number}>`;
    // On a page of the reference each function has examples of its own, which share their names.
    this.scope = block.closest(".doc-object")?.querySelector(".doc-heading")?.id ?? "page";
    this.ranIn = 0; // the session of Python in which it was run last
    this.running = false;
  }

  get code() {
    return this.editor ? this.editor.text() : this.original;
  }

  async open() {
    if (this.panel) return;
    this.build();
    this.block.after(this.panel);
    this.runButton.focus();
    const running = this.run();
    try {
      const { createEditor } = await editing();
      this.edit(createEditor);
    } catch (error) {
      this.status.say(`The editor could not be loaded: ${error.message}`);
    }
    await running;
  }

  build() {
    const button = (label, action, more) =>
      make("button", "run-button", {
        type: "button",
        textContent: label,
        "aria-label": `${label} example ${this.number}`,
        on: { click: action },
        ...more,
      });
    this.status = new Status();
    this.runButton = button("Run", () => this.run());
    this.stopButton = button("Stop", stop, { hidden: true });
    this.resetButton = button("Reset", () => this.reset());
    this.label = make("p", "run-label", { id: `run-label-${this.number}` });
    const labelled = { role: "region", "aria-labelledby": this.label.id };
    this.output = make("pre", "run-output", { tabIndex: 0, ...labelled });
    this.place = make("div", "run-editor");
    const bar = make("div", "run-bar", {
      children: [this.runButton, this.stopButton, this.resetButton, this.status.words, this.status.bar],
    });
    this.panel = make("div", "run-panel", {
      role: "group", "aria-label": `Example ${this.number}, to run`,
      children: [this.place, bar, this.label, this.output],
    });
    this.show(this.expected, "Expected output");
  }

  edit(createEditor) {
    this.editor = createEditor({
      parent: this.place,
      text: this.original,
      label: `Code of example ${this.number}`,
      hint: HINT,
      onRun: () => this.run(),
    });
    this.block.hidden = true;
  }

  show(text, label) {
    this.label.textContent = label;
    this.output.textContent = text;
    this.label.hidden = this.output.hidden = text === "";
  }

  hear(text) {
    this.show((this.label.textContent === "Output" ? this.output.textContent : "") + text, "Output");
  }

  async run() {
    if (this.running) return;
    this.working(true);
    this.status.say("Waiting for another run to end");
    try {
      await inTurn(() => this.take());
    } catch (error) {
      this.status.say(whatEnded(error));
    }
    this.working(false);
  }

  working(running) {
    const leaving = !running && document.activeElement === this.stopButton;
    this.running = running;
    this.stopButton.hidden = !running;
    this.runButton.setAttribute("aria-disabled", running);
    if (leaving) this.runButton.focus();
  }

  async take() {
    this.status.say("Loading Python");
    await start((loaded, total) => this.status.loading(loaded, total));
    const before = await this.takeEarlier();
    this.status.say("Running");
    const { code } = this;
    let printed = "";
    this.show("", "Output");
    const { error } = await this.send(code, (text) => {
      printed += text;
      this.hear(text);
    });
    this.status.say([this.verdict(code, printed, error), before].filter(Boolean).join(" "));
  }

  // The examples of a page are one session: what stands before this one is run first, once.
  async takeEarlier() {
    const earlier = examples.filter((other) => other.scope === this.scope && other.number < this.number);
    const left = earlier.filter((other) => other.ranIn !== session);
    if (!left.length) return "";
    const what = left.length === 1 ? "1 earlier example" : `${left.length} earlier examples`;
    this.status.say(`Running ${what} first`);
    const failed = [];
    for (const other of left) {
      const { error } = await other.send(other.code, () => {});
      if (error && !isTraceback(other.expected)) failed.push(`example ${other.number}: ${error}`);
    }
    const told = `Ran ${what} first, for the names that they define`;
    return failed.length ? `${told}; not whole: ${failed.join(", ")}.` : `${told}.`;
  }

  async send(source, hear) {
    const result = await ask({ action: "run", scope: this.scope, name: this.name, source }, hear);
    this.ranIn = session;
    return result;
  }

  verdict(code, printed, error) {
    if (code !== this.original) return error ? `Ended by ${error}.` : "Done.";
    return same(printed, this.expected) ? "Done: the page's own output." : "Done: not the page's own output.";
  }

  reset() {
    this.editor?.replace(this.original);
    if (this.running) return;
    this.show(this.expected, "Expected output");
    this.status.say("The example is as it was.");
  }
}

const blocks = [...document.querySelectorAll(".language-pycon")];
const examples = blocks.map((block, index) => new Example(block, index + 1));

export function open(block) {
  examples[blocks.indexOf(block)].open();
}
