// The numbers of the softmax explorer, without its drawing. Names as on docs/derivations/softmax.md;
// a comment gives the id of the equation. Classes are counted from 0 here, and from 1 on the page.

const total = (values) => values.reduce((sum, value) => sum + value, 0);

// eq-softmax-temperature: q, and p where tau is 1. By eq-softmax-shift the largest logit may be subtracted.
export function softmax(z, tau = 1) {
  const largest = Math.max(...z);
  const powers = z.map((z_k) => Math.exp((z_k - largest) / tau));
  const S = total(powers);
  return powers.map((power) => power / S);
}

// 1 - q[i], as the sum of the others: where q[i] is nearly 1, the difference would have no digits left.
const rest = (q, i) => total(q.filter((_, k) => k !== i));

// eq-softmax-temperature-jacobian, and eq-softmax-jacobian where tau is 1: a row for each probability.
export function softmaxJacobian(z, tau = 1) {
  const q = softmax(z, tau);
  return q.map((q_i, i) => q.map((q_j, j) => (i === j ? q_i * rest(q, i) : -q_i * q_j) / tau));
}

// eq-cross-entropy-gradient, p - y for the true class c; the chain rule divides by tau.
export function crossEntropyGradient(z, c, tau = 1) {
  const q = softmax(z, tau);
  return q.map((q_i, i) => (i === c ? -rest(q, i) : q_i) / tau);
}

// eq-softmax-jacobian-columns: each is 0, but for rounding.
export function columnSums(jacobian) {
  return jacobian.map((_, j) => total(jacobian.map((row) => row[j])));
}
