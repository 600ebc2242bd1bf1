// The numbers of the backpropagation explorer, without its drawing. Names as on
// docs/derivations/backpropagation.md; a comment gives the id of the equation. A matrix is a list of rows.

const transpose = (A) => A[0].map((_, j) => A.map((row) => row[j]));
const dot = (u, v) => u.reduce((sum, u_i, i) => sum + u_i * v[i], 0);
const product = (A, B) => A.map((row) => transpose(B).map((column) => dot(row, column)));
const zip = (A, B, f) => A.map((row, i) => row.map((a, j) => f(a, B[i][j])));
const each = (A, f) => A.map((row) => row.map(f));
const columnSums = (A) => [transpose(A).map((column) => column.reduce((sum, a) => sum + a, 0))];

export const sigmoid = (z) => 1 / (1 + Math.exp(-z)); // eq-hidden-sigmoid

// eq-hidden-affine, eq-output-affine: every row gets the same bias.
export const affine = (X, W, b) => each(product(X, W), (z, j) => z + b[0][j]);

// eq-output-softmax, along one row; the largest logit is subtracted first.
export function softmax(z) {
  const powers = z.map((z_k) => Math.exp(z_k - Math.max(...z)));
  const S = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / S);
}

// eq-network-loss, from the logits: log P is z minus the logarithm of the sum.
export function loss(Z2, labels) {
  const losses = Z2.map((z, n) => {
    const largest = Math.max(...z);
    return largest - z[labels[n]] + Math.log(z.reduce((sum, z_k) => sum + Math.exp(z_k - largest), 0));
  });
  return losses.reduce((sum, l) => sum + l, 0) / losses.length;
}

export function forward({ X, W1, b1, W2, b2, labels }) {
  const Z1 = affine(X, W1, b1); // eq-hidden-affine
  const A1 = each(Z1, sigmoid); // eq-hidden-activation
  const Z2 = affine(A1, W2, b2); // eq-output-affine
  const P = Z2.map(softmax); // eq-output-softmax
  const Y = P.map((row, n) => row.map((_, k) => Number(k === labels[n]))); // eq-output-one-hot
  return { X, W1, b1, Z1, A1, W2, b2, Z2, P, Y, L: [[loss(Z2, labels)]] };
}

export function backward({ X, Z1, A1, W2, P, Y }) {
  const dZ2 = zip(P, Y, (p, y) => (p - y) / P.length); // eq-output-delta
  const dW2 = product(transpose(A1), dZ2); // eq-output-weights-gradient
  const db2 = columnSums(dZ2); // eq-output-bias-gradient
  const dA1 = product(dZ2, transpose(W2)); // eq-hidden-activation-gradient
  const slopes = each(Z1, (z) => sigmoid(z) * sigmoid(-z)); // eq-hidden-sigmoid-derivative
  const dZ1 = zip(dA1, slopes, (d, slope) => d * slope); // eq-hidden-delta
  const dW1 = product(transpose(X), dZ1); // eq-hidden-weights-gradient
  const db1 = columnSums(dZ1); // eq-hidden-bias-gradient
  return { dZ2, dW2, db2, dA1, dZ1, dW1, db1 };
}

// The example of the page: two examples, two inputs, three hidden units, two classes.
export function pageExample() {
  return {
    X: [[1, 2], [0, 1]],
    W1: [[1, 0, -1], [0, 1, 1]],
    b1: [[0, -1, 0]],
    W2: [[1, -1], [0, 1], [-1, 0]],
    b2: [[0, 0]],
    labels: [0, 1],
  };
}
