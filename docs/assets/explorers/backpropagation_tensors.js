// What the backpropagation explorer says of each tensor: its symbol, its shape, its equation, and how the
// entry in its first column comes about.

import { digits, make } from "./parts.js";

// A tensor: symbol, shape, column, what it is, the id of its equation, and the parts of the drawing for it.
const tensor = (symbol, shape, column, says, id, ...shown) => ({ symbol, shape, column, says, id, shown });
const of = (name) => `gradient of the loss with respect to ${name}`;
export const TENSORS = {
  X: tensor("X", "ND", 1, "inputs, one example per row", "", "X"),
  W1: tensor("W_1", "DH", 2, "weights of the hidden layer", "", "W1"),
  b1: tensor("b_1", "1H", 2, "bias of the hidden layer", "", "Z1"),
  Z1: tensor("Z_1", "NH", 3, "pre-activations of the hidden layer", "hidden-affine", "W1", "Z1"),
  A1: tensor("A_1", "NH", 4, "activations of the hidden layer", "hidden-activation", "sigmoid", "A1"),
  W2: tensor("W_2", "HK", 5, "weights of the output layer", "", "W2"),
  b2: tensor("b_2", "1K", 5, "bias of the output layer", "", "Z2"),
  Z2: tensor("Z_2", "NK", 6, "logits", "output-affine", "W2", "Z2"),
  P: tensor("P", "NK", 7, "probabilities", "output-softmax", "softmax", "P"),
  Y: tensor("Y", "NK", 7, "true classes as one-hot rows", "output-one-hot", "P"),
  L: tensor("L", "", 8, "loss: mean cross-entropy of the batch", "network-loss", "loss", "L"),
  dZ2: tensor("Δ_2", "NK", 6, of("Z₂"), "output-delta", "loss", "softmax", "Z2"),
  dW2: tensor("dW_2", "HK", 5, of("W₂"), "output-weights-gradient", "W2"),
  db2: tensor("db_2", "1K", 5, of("b₂"), "output-bias-gradient", "Z2"),
  dA1: tensor("dA_1", "NH", 4, of("A₁"), "hidden-activation-gradient", "W2", "A1"),
  dZ1: tensor("Δ_1", "NH", 3, of("Z₁"), "hidden-delta", "sigmoid", "Z1"),
  dW1: tensor("dW_1", "DH", 2, of("W₁"), "hidden-weights-gradient", "W1"),
  db1: tensor("db_1", "1H", 2, of("b₁"), "hidden-bias-gradient", "Z1"),
};

export const SIZES = { N: 2, D: 2, H: 3, K: 2, 1: 1 };
export const goesBack = (name) => /^d/.test(name);

// How an entry in the first column comes about, in numbers: of the shown example, or of the first row.
const short = (value) => digits(value, { places: Number.isInteger(value) ? 0 : 4 });
const factor = (value, first) => (value < 0 && !first ? `(${short(value)})` : short(value));
const added = (values) => values.map((value, i) => factor(value, !i)).join(" + ");
const products = (u, v) => u.map((a, i) => `${factor(a, !i)} · ${factor(v[i])}`).join(" + ");
const column = (A) => A.map((row) => row[0]);
const power = (z) => ["e", make("sup", {}, short(z))];
export const WORKED = {
  Z1: (t, n) => `${products(t.X[n], column(t.W1))} + ${factor(t.b1[0][0])}`,
  A1: (t, n) => `σ(${short(t.Z1[n][0])})`,
  Z2: (t, n) => `${products(t.A1[n], column(t.W2))} + ${factor(t.b2[0][0])}`,
  P: ({ Z2 }, n) => [...power(Z2[n][0]), " / (", ...power(Z2[n][0]), " + ", ...power(Z2[n][1]), ")"],
  L: (t) => `−(${t.P.map((p, n) => `log ${short(p[t.Y[n].indexOf(1)])}`).join(" + ")}) / ${SIZES.N}`,
  dZ2: (t, n) => `(${short(t.P[n][0])} − ${t.Y[n][0]}) / ${SIZES.N}`,
  dW2: (t) => products(column(t.A1), column(t.dZ2)),
  db2: (t) => added(column(t.dZ2)),
  dA1: (t, n) => products(t.dZ2[n], t.W2[0]),
  dZ1: (t, n) => `${short(t.dA1[n][0])} · ${short(t.A1[n][0])} · (1 − ${short(t.A1[n][0])})`,
  dW1: (t) => products(column(t.X), column(t.dZ1)),
  db1: (t) => added(column(t.dZ1)),
};
