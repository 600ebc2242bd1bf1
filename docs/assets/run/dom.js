// What the examples and the doctests have in common on the page.
import { Stopped } from "./python.js";

export function make(tag, className, parts = {}) {
  const { children = [], on = {}, ...properties } = parts;
  const made = document.createElement(tag);
  made.className = className;
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("aria-") || name === "role") made.setAttribute(name, value);
    else made[name] = value;
  }
  for (const [event, action] of Object.entries(on)) made.addEventListener(event, action);
  made.append(...children);
  return made;
}

const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

// Says what goes on: in words, politely, at every tenth of the way, and as a bar.
export class Status {
  constructor() {
    this.words = make("span", "run-words", { role: "status" });
    this.bar = make("progress", "run-progress", { "aria-label": "Loading Python", hidden: true });
    this.tenth = -1;
  }

  say(words) {
    this.words.textContent = words;
    this.bar.hidden = true;
    this.tenth = -1;
  }

  loading(loaded, total) {
    const tenth = Math.floor((10 * loaded) / total);
    this.bar.hidden = false;
    this.bar.max = total;
    this.bar.value = loaded;
    if (tenth === this.tenth) return;
    const words = loaded < total
      ? `Loading Python: ${megabytes(loaded)} of ${megabytes(total)} MB`
      : "Starting Python";
    this.words.textContent = words;
    this.tenth = tenth;
  }
}

export function whatEnded(error) {
  if (error instanceof Stopped) return "Stopped. All names are forgotten: the next run starts anew.";
  return `Python could not go on: ${error.message}. The next run starts anew.`;
}
