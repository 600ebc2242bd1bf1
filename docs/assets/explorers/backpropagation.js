// The backpropagation explorer: the network of three layers, its two passes step by step, and every tensor
// with its symbol, shape, value and equation.

import { backward, forward, pageExample } from "./backpropagation_math.js";
import { drawNetwork } from "./backpropagation_network.js";
import { goesBack, SIZES, TENSORS, WORKED } from "./backpropagation_tensors.js";
import { button, choice, digits, equation, make, reachable, slider, symbol, take, voice } from "./parts.js";

const GIVEN = ["X", "W1", "b1", "W2", "b2", "Y"];
const STEPS = ["Z1", "A1", "Z2", "P", "L", "dZ2", "dW2", "db2", "dA1", "dZ1", "dW1", "db1"];
const START = { step: 0, name: "X", over: "", example: 0, x: 1, w: 1 };

const below = (name) => goesBack(name) || /^[bY]/.test(name);

export function explore(place) {
  const state = { ...START };
  const { element: spoken, say } = voice();
  const names = Object.keys(TENSORS);
  const tensors = Object.fromEntries(names.map((name) => [name, tensorButton(name, TENSORS[name])]));
  const network = drawNetwork(look);
  const panel = make("div", { class: "explorer-panel" });
  const progress = make("span", { class: "explorer-progress" });
  const steps = {
    Start: [() => 0, "to the start"],
    Back: [() => state.step - 1, "one step back"],
    Forward: [() => state.step + 1, "one step forward"],
    End: [() => STEPS.length, "to the end"],
  };
  const controls = Object.entries(steps).map(([text, [target, name]]) => {
    const control = button(text, () => go(target()));
    control.setAttribute("aria-label", `${text}: ${name}`);
    return control;
  });
  const examples = [0, 1].map((n) =>
    choice("explorer-example", `example ${n + 1}`, () => change({ example: n })));
  const sliders = {
    x: weightSlider("x", "input", "X_11"),
    w: weightSlider("w", "weight", "W_1,11"),
  };

  function weightSlider(key, word, name) {
    return slider({
      label: make("span", {}, `${word} `, symbol(name)),
      name: `${word} ${name.replace("_", "")}`,
      ...{ min: -3, max: 3, step: 0.1, value: START[key] },
      say: (value) => digits(value, { places: 1 }),
      input: (value) => change({ [key]: value }),
    });
  }

  function tensorButton(name, { symbol: letters, says, column }) {
    const letter = symbol(letters);
    const element = make("button", {
      type: "button",
      class: "explorer-tensor",
      "aria-label": `${letter.textContent}, ${says}`,
      "data-tensor": name,
      focus: () => change({ name, over: "" }),
      click: () => STEPS.includes(name) && go(STEPS.indexOf(name) + 1),
      mouseenter: () => look(name),
      mouseleave: () => look(""),
    }, letter);
    element.style.gridColumn = column;
    element.style.gridRow = 1 + below(name) + 3 * goesBack(name) - (goesBack(name) && !/^db/.test(name));
    return element;
  }

  const numbers = () => {
    const example = pageExample();
    example.X[0][0] = state.x;
    example.W1[0][0] = state.w;
    const passed = forward(example);
    return { ...passed, ...backward(passed) };
  };
  const isKnown = (name) => GIVEN.includes(name) || STEPS.indexOf(name) < state.step;
  const print = (name, value) => (GIVEN.includes(name) ? String(value).replace("-", "−") : digits(value));

  function go(step) {
    const next = Math.min(Math.max(step, 0), STEPS.length);
    const name = STEPS[next - 1] ?? "X";
    const moves = isTensor(document.activeElement);
    Object.assign(state, { step: next, name, over: "" });
    if (moves) tensors[name].focus({ preventScroll: true });
    update();
    say(spokenStep());
  }

  // Whether the focus is on a tensor: then it goes along with the steps.
  const isTensor = (element) => element?.matches?.(".explorer-tensor") && place.contains(element);

  function change(changes) {
    Object.assign(state, changes);
    update();
    say("name" in changes ? spokenTensor(state.name) : spokenStep());
  }

  function look(name) {
    state.over = name;
    update();
  }

  function update() {
    const t = numbers();
    const name = state.over || state.name;
    progress.replaceChildren(`step ${state.step} of ${STEPS.length}`);
    [0, 0, STEPS.length, STEPS.length].forEach((end, i) =>
      controls[i].setAttribute("aria-disabled", state.step === end));
    for (const [other, element] of Object.entries(tensors)) {
      element.classList.toggle("explorer-known", isKnown(other));
      element.classList.toggle("explorer-chosen", other === name);
      element.toggleAttribute("aria-current", false);
      if (other === STEPS[state.step - 1]) element.setAttribute("aria-current", "step");
    }
    examples.forEach(({ radio }, n) => (radio.checked = state.example === n));
    network.show({ t, n: state.example, known: isKnown, print, name });
    showPanel(t, name);
  }

  function showPanel(t, name) {
    const { symbol: sign, says, shape, id } = TENSORS[name];
    const letters = [...shape];
    const size = letters.map((letter) => SIZES[letter]);
    const sizes = shape ? `${letters.join(" × ")} = ${size.join(" × ")}` : "a number";
    const given = name === "X" ? "Given: the data." : "Given: training will change it.";
    panel.replaceChildren(
      make("p", { class: "explorer-name" }, symbol(sign), make("span", {}, says),
        make("span", { class: "explorer-shape" }, "shape ", sizes), make("code", {}, name)),
      value(t, name),
      make("div", { class: "explorer-why" },
        make("p", { class: "explorer-equation" }, ...(id ? equation(id) : [given])),
        worked(t, name)),
    );
    reachable(panel);
  }

  function value(t, name) {
    if (!isKnown(name)) {
      const step = STEPS.indexOf(name) + 1;
      return make("p", { class: "explorer-unknown" }, `Not computed yet. Step ${step} does it.`);
    }
    const rows = t[name].map((row, i) => {
      const own = TENSORS[name].shape[0] === "N" && i === state.example;
      const cells = row.map((entry) => make("td", {}, print(name, entry)));
      return make("tr", own ? { class: "explorer-own" } : {}, ...cells);
    });
    const attributes = { class: "explorer-matrix", "aria-label": `value of ${name}` };
    return make("table", attributes, make("tbody", {}, ...rows));
  }

  function worked(t, name) {
    if (!isKnown(name) || !WORKED[name]) return make("p");
    const { symbol: letters, shape } = TENSORS[name];
    const n = shape[0] === "N" ? state.example : 0;
    const [letter, layer] = letters.split("_");
    const entry = shape ? `${letter}_${layer ? `${layer},` : ""}${shape[0] === "1" ? "" : n + 1}1` : letter;
    const line = [WORKED[name](t, state.example)].flat();
    const result = make("strong", {}, print(name, t[name][n][0]));
    return make("p", { class: "explorer-worked" }, symbol(entry), " = ", ...line, " = ", result);
  }

  const list = (name) =>
    numbers()[name].map((row) => row.map((entry) => print(name, entry)).join(", ")).join("; ");
  const spokenTensor = (name) =>
    `${name}, ${TENSORS[name].says}: ${isKnown(name) ? list(name) : "not computed yet"}.`;
  const spokenStep = () => {
    const direction = goesBack(state.name) ? "backward" : "forward";
    return `Step ${state.step} of ${STEPS.length}, ${direction}. ${spokenTensor(state.name)}`;
  };

  function restart() {
    Object.assign(state, START);
    sliders.x.set(START.x);
    sliders.w.set(START.w);
    update();
    say(`Reset. ${spokenStep()}`);
  }

  function keys(event) {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const modified = event.altKey || event.ctrlKey || event.metaKey || event.shiftKey;
    if (!by || modified || event.target.matches("input, .explorer-formula")) return;
    event.preventDefault();
    go(state.step + by);
  }

  const way = (text, area) => {
    const element = make("span", { class: "explorer-way", "aria-hidden": "true" }, text);
    element.style.gridArea = area;
    return element;
  };
  network.picture.style.gridArea = "3 / 1 / auto / -1";
  const [ahead, back] = [false, true].map((d) => names.filter((name) => goesBack(name) === d));
  update();
  take(place,
    make("div", { class: "explorer-tools" },
      make("span", { class: "explorer-steps", role: "group", "aria-label": "steps" }, ...controls), progress,
      make("span", { class: "explorer-choices", role: "radiogroup", "aria-label": "example that is drawn" },
        ...examples.map(({ element }) => element))),
    make("div", { class: "explorer-map" },
      way("forward →", "2 / 3 / auto / span 2"), ...ahead.map((name) => tensors[name]), network.picture,
      ...back.map((name) => tensors[name]), way("← backward", "5 / 6 / auto / span 3")),
    panel,
    make("div", { class: "explorer-tools explorer-foot" },
      sliders.x.element, sliders.w.element, button("Reset", restart)),
    spoken,
  );
  place.querySelector(".explorer-live").addEventListener("keydown", keys);
  reachable(panel);
}
