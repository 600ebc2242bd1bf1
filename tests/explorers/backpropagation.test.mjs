// The numbers of the backpropagation explorer, judged by the page's example and by finite differences.

import assert from "node:assert/strict";
import { test } from "node:test";
import { affine, backward, forward, loss, pageExample, sigmoid, softmax } from
  "../../docs/assets/explorers/backpropagation_math.js";
import { close, numbers, slope } from "./judges.mjs";

const PARAMETERS = ["W1", "b1", "W2", "b2"];
const lossOf = (network) => loss(forward(network).Z2, network.labels);

function network(seed, { N, D, H, K }) {
  const number = numbers(seed);
  const row = (columns) => Array.from({ length: columns }, number);
  const matrix = (rows, columns) => Array.from({ length: rows }, () => row(columns));
  const labels = Array.from({ length: N }, (_, n) => n % K);
  return { X: matrix(N, D), W1: matrix(D, H), b1: matrix(1, H), W2: matrix(H, K), b2: matrix(1, K), labels };
}

// A copy in which one entry of one array is moved by h.
function nudged(network, name, i, j, h) {
  const copy = structuredClone(network);
  copy[name][i][j] += h;
  return copy;
}

test("the page's forward pass", () => {
  const passed = forward(pageExample());
  assert.deepEqual(passed.Z1, [[1, 1, 1], [0, 0, 1]]);
  close(passed.A1, [[0.731, 0.731, 0.731], [0.5, 0.5, 0.731]], 5e-4);
  close(passed.Z2, [[0, 0], [-0.231, 0]], 5e-4);
  close(passed.P, [[0.5, 0.5], [0.442, 0.558]], 5e-4);
  assert.deepEqual(passed.Y, [[1, 0], [0, 1]]);
  close(passed.L, 0.639, 5e-4);
});

test("the page's backward pass", () => {
  const d = backward(forward(pageExample()));
  const page = {
    dZ2: [[-0.25, 0.25], [0.2212, -0.2212]],
    dW2: [[-0.0721, 0.0721], [-0.0721, 0.0721], [-0.021, 0.021]],
    db2: [[-0.0288, 0.0288]],
    dA1: [[-0.5, 0.25, 0.25], [0.4425, -0.2212, -0.2212]],
    dZ1: [[-0.0983, 0.0492, 0.0492], [0.1106, -0.0553, -0.0435]],
    dW1: [[-0.0983, 0.0492, 0.0492], [-0.086, 0.043, 0.0548]],
    db1: [[0.0123, -0.0062, 0.0057]],
  };
  assert.deepEqual(Object.keys(d), Object.keys(page));
  for (const [name, gradient] of Object.entries(page)) close(d[name], gradient, 5e-5);
});

test("each gradient of a parameter is the slope of the loss", () => {
  for (const sizes of [{ N: 2, D: 2, H: 3, K: 2 }, { N: 4, D: 3, H: 5, K: 4 }, { N: 1, D: 1, H: 1, K: 2 }]) {
    const random = network(11, sizes);
    const d = backward(forward(random));
    for (const name of PARAMETERS) {
      const along = (i, j) => slope((h) => lossOf(nudged(random, name, i, j, h)));
      close(d[`d${name}`], random[name].map((row, i) => row.map((_, j) => along(i, j))), 1e-8);
    }
  }
});

test("each gradient of a hidden quantity is the slope of the loss", () => {
  const { labels, W2, b2, ...rest } = network(5, { N: 3, D: 2, H: 4, K: 3 });
  const passed = forward({ ...rest, W2, b2, labels });
  const d = backward(passed);
  const fromA1 = (A1) => loss(affine(A1, W2, b2), labels);
  const after = {
    Z2: ({ Z2 }) => loss(Z2, labels),
    A1: ({ A1 }) => fromA1(A1),
    Z1: ({ Z1 }) => fromA1(Z1.map((row) => row.map(sigmoid))),
  };
  for (const [name, lossAfter] of Object.entries(after)) {
    const along = (i, j) => slope((h) => lossAfter(nudged(passed, name, i, j, h)));
    close(d[`d${name}`], passed[name].map((row, i) => row.map((_, j) => along(i, j))), 1e-8);
  }
});

test("every quantity has the shape of the page's table", () => {
  const sizes = { N: 5, D: 2, H: 4, K: 3 };
  const passed = forward(network(3, sizes));
  const hidden = { X: "ND", W1: "DH", b1: "1H", Z1: "NH", A1: "NH" };
  const shapes = { ...hidden, W2: "HK", b2: "1K", Z2: "NK", P: "NK", Y: "NK", L: "11" };
  const all = { ...passed, ...backward(passed) };
  for (const [name, A] of Object.entries(all)) {
    const wanted = [...(shapes[name] ?? shapes[name.slice(1)])].map((letter) => sizes[letter] ?? 1);
    assert.deepEqual([A.length, A[0].length], wanted, name);
  }
});

test("rows of P sum to 1, rows of the output's gradient to 0", () => {
  const passed = forward(network(2, { N: 4, D: 3, H: 2, K: 4 }));
  for (const row of passed.P) close(row.reduce((a, b) => a + b, 0), 1);
  for (const row of backward(passed).dZ2) close(row.reduce((a, b) => a + b, 0), 0);
});

test("extreme pre-activations stay finite", () => {
  const extreme = { ...pageExample(), W1: [[1e3, 0, -1e3], [0, 1, 1]], W2: [[1e3, -1e3], [0, 1], [-1, 0]] };
  const passed = forward(extreme);
  const all = [Object.values(passed), Object.values(backward(passed))].flat(Infinity);
  assert.ok(all.every(Number.isFinite));
  assert.deepEqual([sigmoid(1000), sigmoid(-1000), sigmoid(0)], [1, 0, 0.5]);
  assert.deepEqual(softmax([1000, 0]), [1, 0]);
  assert.equal(loss([[1000, 0]], [1]), 1000);
});
