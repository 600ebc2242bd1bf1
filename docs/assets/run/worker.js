// Python in a worker of its own, so that the page stays alive whatever the reader's code does.
const python = new URL("../python/", import.meta.url);
const INTERVAL = 100; // milliseconds between two words on the progress

let loaded = 0;
let total = 0;
let told = 0;

function arrived(bytes) {
  loaded += bytes;
  const now = performance.now();
  if (now - told < INTERVAL && loaded < total) return;
  told = now;
  postMessage({ id: "start", said: [loaded, total] });
}

// Pyodide fetches its files by itself; this counts what comes.
function counting(fetchIt) {
  return async (...request) => {
    const response = await fetchIt(...request);
    if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
    const counter = new TransformStream({
      transform(chunk, controller) {
        arrived(chunk.byteLength);
        controller.enqueue(chunk);
      },
    });
    return new Response(response.body.pipeThrough(counter), response);
  };
}

async function load() {
  const { modules, size, lock } = await (await fetch(new URL("files.json", python))).json();
  total = size;
  const source = fetch(new URL("session.py", import.meta.url)).then((response) => response.text());
  const plain = self.fetch;
  self.fetch = counting(plain.bind(self));
  const [{ loadPyodide }] = await Promise.all(modules.map(async ([name, bytes]) => {
    const module = await import(new URL(name, python));
    arrived(bytes);
    return module;
  }));
  const pyodide = await loadPyodide({
    indexURL: python.href,
    packageBaseUrl: python.href,
    lockFileContents: lock,
    packages: Object.keys(lock.packages),
  });
  self.fetch = plain;
  const names = pyodide.toPy({ __name__: "session" });
  pyodide.runPython(await source, { globals: names, filename: "session.py" });
  return names.get("Session")();
}

const starting = load();
starting.then(
  () => postMessage({ id: "start", result: null }),
  (error) => postMessage({ broken: error.message }),
);

addEventListener("message", async ({ data: { id, action, scope, name, source } }) => {
  const session = await starting;
  const send = (said) => postMessage({ id, said });
  try {
    const result = action === "run" ? session.run(scope, name, source, send) : session.doctests(name, send);
    postMessage({ id, result: JSON.parse(result) });
  } catch (error) {
    postMessage({ broken: error.message });
  }
});
