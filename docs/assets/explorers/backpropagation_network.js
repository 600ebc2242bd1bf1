// The drawing of the backpropagation explorer: the network with one example, forward in the units and on the
// edges, backward in colour below the units.

import { digits, draw } from "./parts.js";
import { goesBack, TENSORS } from "./backpropagation_tensors.js";

const UNITS = { X: 2, Z1: 3, A1: 3, Z2: 2, P: 2, L: 1 };
const EDGES = {
  W1: ["X", "Z1"], sigmoid: ["Z1", "A1"], W2: ["A1", "Z2"], softmax: ["Z2", "P"], loss: ["P", "L"],
};
const isWeight = (group) => group in TENSORS;
const at = (name, i) => [100 * TENSORS[name].column - 50, 145 + 95 * (i - (UNITS[name] - 1) / 2)];
const pairs = (rows, columns) =>
  Array.from({ length: rows * columns }, (_, k) => [Math.floor(k / columns), k % columns]);

// look(name) is called when the pointer is over what shows a tensor, and look("") when it leaves.
export function drawNetwork(look) {
  const over = (name) => ({ mouseenter: () => look(name), mouseleave: () => look("") });
  const edges = Object.entries(EDGES).flatMap(([group, [from, to]]) =>
    pairs(UNITS[from], UNITS[to])
      .filter(([i, j]) => group !== "sigmoid" || i === j)
      .map(([i, j]) => ({ group, i, j, ...edge(group, at(from, i), at(to, j)) })));
  const units = Object.keys(UNITS).flatMap((name) =>
    pairs(UNITS[name], 1).map(([i]) => ({ name, i, ...unit(name, ...at(name, i)) })));

  function edge(group, [x1, y1], [x2, y2]) {
    const share = group === "W1" ? 0.22 : 0.78; // where the edges of the layer are apart
    const text = draw("text", { x: x1 + share * (x2 - x1), y: y1 + share * (y2 - y1) + 5 });
    const line = draw("line", { x1, y1, x2, y2 });
    const attributes = { class: "explorer-edge", ...(isWeight(group) ? over(group) : {}) };
    return { text, element: draw("g", attributes, line, text) };
  }

  function unit(name, cx, cy) {
    const [value, slope, bias] = [5, 46, -35].map((dy) => draw("text", { x: cx, y: cy + dy }));
    slope.setAttribute("class", "explorer-gradient");
    const circle = draw("circle", { cx, cy, r: 29 });
    const attributes = { class: `explorer-unit explorer-unit-${name}`, ...over(name) };
    return { element: draw("g", attributes, circle, value, slope, bias), value, slope, bias };
  }

  // Show example n: the numbers t, where known(name) says whether they are computed, and mark one tensor.
  function show({ t, n, known, print, name }) {
    const on = (part) => TENSORS[name].shown.includes(part);
    picture.dataset.way = goesBack(name) ? "backward" : "forward";
    picture.setAttribute("aria-label", `The network with example ${n + 1}; its tensors are the buttons`);
    for (const { name: own, i, element, value, slope, bias } of units) {
      element.classList.toggle("explorer-on", on(own));
      element.classList.toggle("explorer-known", known(own));
      value.textContent = known(own) ? print(own, t[own][own === "L" ? 0 : n][i]) : "";
      const gradient = t[`d${own}`];
      slope.textContent = gradient && known(`d${own}`) ? digits(gradient[n][i]) : "";
      const shift = /^Z/.test(own) && t[`b${own[1]}`][0][i];
      bias.textContent = shift ? `bias ${print("b1", shift)}` : "";
    }
    for (const { group, i, j, element, text } of edges) {
      const weight = group === "loss" ? t.Y[n][i] : isWeight(group) ? t[group][i][j] : 1;
      element.classList.toggle("explorer-on", on(group));
      element.classList.toggle("explorer-off", weight === 0); // dashed: nothing goes through
      text.textContent = isWeight(group) ? print(group, weight) : "";
    }
  }

  const parts = [...edges, ...units].map(({ element }) => element);
  const picture = draw("svg", { viewBox: "0 0 800 296", class: "explorer-network", role: "img" }, ...parts);
  return { picture, show };
}
