// The doctests of a documented function, run by Python's doctest module.
import { Status, make, whatEnded } from "./dom.js";
import { ask, inTurn, start, stop } from "./python.js";

const panels = new Map();

class Doctests {
  constructor(row, path) {
    this.path = path;
    this.running = false;
    this.status = new Status();
    this.stopButton = make("button", "run-button", {
      type: "button",
      textContent: "Stop",
      "aria-label": "Stop the doctests",
      hidden: true,
      on: { click: stop },
    });
    const region = { tabIndex: 0, role: "region", "aria-label": "Report of doctest" };
    this.report = make("pre", "run-output", region);
    const summary = make("summary", "", { textContent: "Each example, as doctest reports it" });
    this.details = make("details", "run-report", { hidden: true, children: [summary, this.report] });
    row.append(this.stopButton, this.status.words, this.status.bar);
    row.after(this.details);
  }

  async run() {
    if (this.running) return;
    this.running = true;
    this.stopButton.hidden = false;
    this.status.say("Waiting for another run to end");
    try {
      await inTurn(() => this.take());
    } catch (error) {
      this.status.say(whatEnded(error));
    }
    this.stopButton.hidden = true;
    this.running = false;
  }

  async take() {
    this.status.say("Loading Python");
    await start((loaded, total) => this.status.loading(loaded, total));
    this.status.say("Running");
    this.report.textContent = "";
    const request = { action: "doctests", name: this.path };
    const { failed, attempted } = await ask(request, (text) => this.report.append(text));
    const examples = attempted === 1 ? "1 example" : `${attempted} examples`;
    this.status.say(failed ? `${failed} of ${examples} failed` : `${examples} passed`);
    this.details.hidden = false;
    this.details.open = failed > 0;
  }
}

export function runDoctests(row, path) {
  if (!panels.has(row)) panels.set(row, new Doctests(row, path));
  panels.get(row).run();
}
