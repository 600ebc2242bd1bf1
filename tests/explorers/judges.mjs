// What the tests of the explorers share: a comparison, and slopes that know nothing of a derivation.

import assert from "node:assert/strict";

export function close(found, expected, tolerance = 1e-12) {
  const [a, b] = [found, expected].map((value) => [value].flat(Infinity));
  assert.equal(a.length, b.length);
  a.forEach((value, i) => {
    const distance = Math.abs(value - b[i]);
    assert.ok(distance <= tolerance * Math.max(1, Math.abs(b[i])), `entry ${i}: ${value}, expected ${b[i]}`);
  });
}

// The slope of f at 0, by a central difference.
export const slope = (f, h = 1e-5) => (f(h) - f(-h)) / (2 * h);

// Random numbers that are the same in each run.
export function numbers(seed) {
  let state = seed;
  return () => {
    state = (1103515245 * state + 12345) % 2147483648;
    return (state / 2147483648 - 0.5) * 4;
  };
}
