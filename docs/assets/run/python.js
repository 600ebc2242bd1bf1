// Python, as the page sees it: one worker, started on demand, asked one thing after the other.

export class Stopped extends Error {}

let worker = null;
let ready = null; // settles when the worker's Python has started
let asked = new Map(); // what the worker has not answered yet, by number
let counter = 0;
let turn = Promise.resolve();
let listen = () => {};

// Names live as long as a session. Each start begins a new one.
export let session = 0;

export function inTurn(task) {
  turn = turn.then(task, task);
  return turn;
}

// Start Python if it does not run; `progress` hears how many bytes have come, of how many.
export function start(progress) {
  listen = progress;
  if (!worker) ready = launch();
  return ready;
}

function launch() {
  session += 1;
  worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
  return new Promise((resolve, reject) => {
    asked.set("start", { resolve, reject, hear: (bytes) => listen(...bytes) });
    worker.addEventListener("message", ({ data }) => answer(data));
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      end(new Error(event.message || "the worker could not be loaded"));
    });
  });
}

function answer({ id, said, result, broken }) {
  if (broken !== undefined) return end(new Error(broken));
  const waiting = asked.get(id);
  if (!waiting) return undefined;
  if (said !== undefined) return waiting.hear(said);
  asked.delete(id);
  return waiting.resolve(result);
}

// `hear` gets what is printed, piece by piece; the promise gives what came of it.
export function ask(request, hear) {
  counter += 1;
  const id = counter;
  return new Promise((resolve, reject) => {
    asked.set(id, { resolve, reject, hear });
    worker.postMessage({ id, ...request });
  });
}

function end(error) {
  worker?.terminate();
  worker = null;
  const waiting = asked;
  asked = new Map();
  for (const { reject } of waiting.values()) reject(error);
}

// Only the end of the worker ends an endless loop, and with it go all names.
export function stop() {
  end(new Stopped());
}
