// Start Pyodide here as a page does, and let precompile.py work in it:
//
//   node tools/python_in_page/precompile.mjs FOLDER SESSION
import { readFileSync } from "node:fs";
import { loadPyodide } from "pyodide";

const [, , folder, session] = process.argv;
try {
  const pyodide = await loadPyodide({ env: { PYTHONHASHSEED: "0" } }); // what is compiled is the same each time
  pyodide.mountNodeFS("/folder", folder);
  pyodide.FS.writeFile("/session.py", readFileSync(session, "utf8"));
  pyodide.runPython(readFileSync(new URL("precompile.py", import.meta.url), "utf8"));
} catch (error) {
  console.error(`precompile: ${error.message}`); // node would print a line of Pyodide, a megabyte long
  process.exitCode = 1;
}
