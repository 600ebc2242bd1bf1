// The Run buttons beside the examples. Nothing of Python or of the editor is loaded before the first click.
const EXAMPLES = ".language-pycon";
const PACKAGES = { sklearn: "scikit-learn" };

function button(label, name, action) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "run-button";
  made.textContent = label;
  made.setAttribute("aria-label", name);
  made.addEventListener("click", action);
  return made;
}

function note(text) {
  const made = document.createElement("span");
  made.className = "run-needs";
  made.textContent = text;
  return made;
}

function offerToRun(block, number) {
  block.classList.add("run-block");
  // The build names what an example imports, or rests on, that Python in the page has not.
  const { needs } = block.dataset;
  if (needs) {
    block.append(note(`Needs ${PACKAGES[needs] ?? needs}, which this page has not`));
    return;
  }
  block.append(button("Run", `Run example ${number}`, async () => {
    const { open } = await import("./run/example.js");
    open(block);
  }));
}

function offerDoctests(documented) {
  const examples = documented.querySelectorAll(EXAMPLES);
  const path = documented.querySelector(".doc-heading")?.id;
  if (!examples.length || !path) return;
  const row = document.createElement("div");
  row.className = "run-doctests";
  const name = path.split(".").at(-1);
  row.append(button("Run this function's doctests", `Run this function's doctests: ${name}`, async () => {
    const { runDoctests } = await import("./run/doctests.js");
    runDoctests(row, path);
  }));
  examples[examples.length - 1].after(row);
}

document.querySelectorAll(EXAMPLES).forEach((block, index) => offerToRun(block, index + 1));
document.querySelectorAll(".doc-function").forEach(offerDoctests);
