// The softmax explorer: sliders for logits and temperature, bars for the probabilities, the gradient for the
// class that is picked, and the Jacobian as a heat map.

import { columnSums, crossEntropyGradient, softmax, softmaxJacobian } from "./softmax_math.js";
import { button, choice, digits, equation, make, reachable, slider, symbol, take, voice } from "./parts.js";

const START = { z: [3, 1, -3], tau: 1, c: 1, cell: [0, 1] };
const FOURTH = 0; // the logit of a fourth class
const series = (count, first, step) =>
  Array.from({ length: count }, (_, k) => Number((first + k * step).toFixed(2)));
const TEMPERATURES = [...series(19, 0.1, 0.05), ...series(10, 1.1, 0.1), ...series(12, 2.25, 0.25),
  ...series(10, 5.5, 0.5)];
const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

export function explore(place) {
  const state = structuredClone(START);
  const { element: spoken, say } = voice();
  const classes = make("div", { class: "explorer-classes" });
  const grid = make("table", { class: "explorer-heat", role: "grid", keydown: move });
  const readout = make("div", { class: "explorer-readout" });
  const cellAt = ([i, j]) => grid.tBodies[0].rows[i].cells[j + 1];
  const letter = () => (state.tau === 1 ? "p" : "q");
  let rows = [];

  const tau = slider({
    label: make("span", {}, "temperature ", symbol("τ")),
    name: "temperature τ",
    ...{ min: 0, max: TEMPERATURES.length - 1, step: 1, value: TEMPERATURES.indexOf(state.tau) },
    say: (place) => String(TEMPERATURES[place]),
    input: (place) => change({ tau: TEMPERATURES[place] }),
  });
  const counts = [3, 4].map((K) => choice("explorer-count", `${K} classes`, () => resize(K)));
  const reset = button("Reset", restart);

  function change(changes) {
    Object.assign(state, changes);
    update();
    say(summary());
  }

  function resize(K) {
    const z = [...state.z, FOURTH].slice(0, K);
    const cell = state.cell.map((index) => Math.min(index, K - 1));
    Object.assign(state, { z, cell, c: Math.min(state.c, K - 1) });
    build();
    say(summary());
  }

  function restart() {
    Object.assign(state, structuredClone(START));
    tau.set(TEMPERATURES.indexOf(state.tau));
    build();
    say(`Reset. ${summary()}`);
  }

  // One row of controls and bars for each class, and the empty cells of the heat map.
  function build() {
    rows = state.z.map(row);
    classes.replaceChildren(heads(), ...rows.map(({ element }) => element));
    const part = (tag, line) => make(tag, {}, make("tr", {}, ...line));
    const header = (scope) => () => make("th", { scope });
    grid.replaceChildren(
      make("caption", {}),
      part("thead", [make("td", {}), ...state.z.map(header("col"))]),
      make("tbody", {}, ...state.z.map(cells)),
      part("tfoot", [make("th", { scope: "row" }, "sum"), ...state.z.map(() => make("td"))]),
    );
    counts.forEach(({ radio }, k) => (radio.checked = state.z.length === k + 3));
    update();
  }

  const cells = (_, i) => make("tr", {}, make("th", { scope: "row" }), ...state.z.map((_, j) => cell(i, j)));

  function heads() {
    const texts = [["true class"], ["logit ", symbol("z")], [], []];
    return make("div", { class: "explorer-heads", "aria-hidden": "true" },
      ...texts.map((text) => make("span", {}, ...text)));
  }

  function row(z_i, i) {
    const pick = () => change({ c: i });
    const { radio, element: picked } = choice("explorer-class", `class ${i + 1}`, pick);
    radio.setAttribute("aria-label", `class ${i + 1} is the true one`);
    const logit = slider({
      label: symbol(`z_${i + 1}`),
      name: `logit z${i + 1}`,
      ...{ min: -5, max: 5, step: 0.1, value: z_i },
      say: (value) => digits(value, { places: 1 }),
      input: (value) => change({ z: state.z.map((z_k, k) => (k === i ? value : z_k)) }),
    });
    const [share, slope] = ["share", "slope"].map((kind) => bar(kind, pick));
    const parts = [picked, logit.element, share.element, slope.element];
    const attributes = { class: "explorer-class", role: "group", "aria-label": `class ${i + 1}` };
    const element = make("div", attributes, ...parts);
    return { element, radio, share, slope };
  }

  // A bar with its number; who clicks it picks its class. The keyboard has the radio buttons for that.
  function bar(kind, click) {
    const name = make("span", { class: "explorer-label" });
    const filled = make("span", { class: "explorer-fill" });
    const number = make("span", { class: "explorer-number" });
    const track = make("span", { class: "explorer-track" }, filled);
    const element = make("div", { class: `explorer-bar explorer-${kind}`, click }, name, track, number);
    return { name, filled, number, element };
  }

  function cell(i, j) {
    const look = () => show([i, j]);
    const focus = () => {
      look();
      say(readout.firstChild.textContent);
    };
    return make("td", { tabindex: -1, focus, mouseenter: look });
  }

  function update() {
    const q = softmax(state.z, state.tau);
    const gradient = crossEntropyGradient(state.z, state.c, state.tau);
    const p = letter();
    const [, , shares, slopes] = classes.firstChild.children;
    shares.replaceChildren("probability ", symbol(p));
    slopes.replaceChildren("gradient ", ...difference());
    rows.forEach(({ element, radio, share, slope }, i) => {
      radio.checked = state.c === i;
      element.classList.toggle("explorer-true", state.c === i);
      share.name.replaceChildren(symbol(`${p}_${i + 1}`));
      share.number.textContent = digits(q[i]);
      share.filled.style.width = `${100 * q[i]}%`;
      slope.name.replaceChildren(...difference(i + 1));
      slope.number.textContent = digits(gradient[i], { signed: true });
      slope.filled.style.width = `${50 * Math.abs(gradient[i]) * state.tau}%`;
      slope.filled.dataset.sign = gradient[i] < 0 ? "down" : "up";
    });
    heat(softmaxJacobian(state.z, state.tau));
    show(state.cell);
  }

  // p − y, and (q − y)/τ at another temperature.
  function difference(i) {
    const below = i ? `_${i}` : "";
    const inner = [symbol(letter() + below), " − ", symbol(`y${below}`)];
    return state.tau === 1 ? inner : ["(", ...inner, ")/", symbol("τ")];
  }

  function heat(jacobian) {
    const p = letter();
    grid.caption.replaceChildren("Jacobian ∂", symbol(`${p}_i`), "/∂", symbol("z_j"));
    state.z.forEach((_, i) => {
      grid.tHead.rows[0].cells[i + 1].replaceChildren(symbol(`z_${i + 1}`));
      grid.tBodies[0].rows[i].cells[0].replaceChildren(symbol(`${p}_${i + 1}`));
    });
    jacobian.forEach((line, i) => line.forEach((value, j) => {
      const cell = cellAt([i, j]);
      cell.textContent = digits(value, { signed: true });
      cell.dataset.sign = value < 0 ? "down" : "up";
      // No entry is larger than 1/4 over the temperature. The root lets small ones be seen.
      cell.style.setProperty("--share", Math.sqrt(4 * Math.abs(value) * state.tau).toFixed(3));
    }));
    columnSums(jacobian).forEach((sum, j) => (grid.tFoot.rows[0].cells[j + 1].textContent = digits(sum)));
  }

  // Words that stay on one line.
  const whole = (...parts) => make("span", { class: "explorer-whole" }, ...parts);

  // Say of one cell of the Jacobian where its number comes from.
  function show([i, j]) {
    state.cell = [i, j];
    for (const other of grid.querySelectorAll("tbody td")) {
      other.tabIndex = other === cellAt([i, j]) ? 0 : -1;
      other.classList.toggle("explorer-chosen", other === cellAt([i, j]));
    }
    const q = softmax(state.z, state.tau);
    const value = softmaxJacobian(state.z, state.tau)[i][j];
    const [p, over] = [letter(), state.tau === 1 ? [] : [" / ", symbol("τ")]];
    const [row, column] = [symbol(`${p}_${i + 1}`), symbol(`z_${j + 1}`)];
    const same = i === j;
    const formula = same ? [row.cloneNode(true), "(1 − ", row.cloneNode(true), ")"]
      : ["−", row.cloneNode(true), " · ", symbol(`${p}_${j + 1}`)];
    const numbers = `${same ? "" : "−"}${digits(q[i])} · ${digits(same ? 1 - q[i] : q[j])}`;
    const divided = state.tau === 1 ? "" : ` / ${state.tau}`;
    const id = state.tau === 1 ? "softmax-jacobian" : "softmax-temperature-jacobian";
    readout.replaceChildren(
      make("p", {}, whole("∂", row, "/∂", column, " = ", ...formula, ...over), " ",
        whole(`= ${numbers}${divided} = `, make("strong", {}, digits(value, { signed: true })))),
      make("p", {}, "Raise ", column.cloneNode(true), " by 0.1 and, to first order, ", row.cloneNode(true),
        ` ${value < 0 ? "falls" : "rises"} by ${digits(Math.abs(value) / 10, { places: 4 })}.`),
      make("p", { class: "explorer-equation" }, ...equation(id)),
    );
    reachable(readout);
  }

  function move(event) {
    const step = MOVES[event.key];
    if (!step) return;
    event.preventDefault();
    const last = state.z.length - 1;
    const next = state.cell.map((index, axis) => Math.min(Math.max(index + step[axis], 0), last));
    cellAt(next).focus();
  }

  function summary() {
    const list = (values, signed) => values.map((value) => digits(value, { signed })).join(", ");
    const q = list(softmax(state.z, state.tau), false);
    const gradient = list(crossEntropyGradient(state.z, state.c, state.tau), true);
    return `Probabilities: ${q}. Gradient with class ${state.c + 1} true: ${gradient}.`;
  }

  build();
  const group = { class: "explorer-choices", role: "radiogroup", "aria-label": "number of classes" };
  const count = make("span", group,
    ...counts.map(({ element }) => element));
  take(place,
    make("div", { class: "explorer-tools" }, tau.element, count, reset),
    classes,
    make("div", { class: "explorer-below" }, make("div", { class: "explorer-scroll" }, grid), readout),
    spoken,
  );
  reachable(readout);
}
