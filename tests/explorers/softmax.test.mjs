// The numbers of the softmax explorer, judged by hand values, by sums and by finite differences.

import assert from "node:assert/strict";
import { test } from "node:test";
import { columnSums, crossEntropyGradient, softmax, softmaxJacobian } from
  "../../docs/assets/explorers/softmax_math.js";
import { close, numbers, slope } from "./judges.mjs";

const PAGE = [3, 1, -3];
const nudged = (z, j, h) => z.map((z_k, k) => z_k + (k === j ? h : 0));

function settings() {
  const number = numbers(7);
  const temperatures = [0.3, 1, 2.5, 10];
  return temperatures.flatMap((tau) => [3, 4].map((K) => ({ tau, z: Array.from({ length: K }, number) })));
}

test("the page's table of temperatures", () => {
  const low = { 0.5: [0.982, 0.018, 0], 1: [0.879, 0.119, 0.002] };
  const table = { ...low, 2: [0.705, 0.259, 0.035], 10: [0.422, 0.346, 0.232] };
  for (const [tau, row] of Object.entries(table)) close(softmax(PAGE, Number(tau)), row, 5e-4);
});

test("the page's Jacobian", () => {
  const rows = [[0.10645, -0.10454, -0.00191], [-0.10454, 0.1048, -0.00026], [-0.00191, -0.00026, 0.00217]];
  close(softmaxJacobian(PAGE), rows, 5e-6);
});

test("values that need no calculator", () => {
  close(softmax([Math.log(3), 0]), [3 / 4, 1 / 4]);
  close(softmaxJacobian([Math.log(3), 0]), [[3 / 16, -3 / 16], [-3 / 16, 3 / 16]]);
  close(crossEntropyGradient([Math.log(3), 0], 1), [3 / 4, -3 / 4]);
});

test("probabilities sum to 1; each row and each column of the Jacobian, and the gradient, to 0", () => {
  for (const { z, tau } of settings()) {
    const jacobian = softmaxJacobian(z, tau);
    const sum = (values) => values.reduce((a, b) => a + b, 0);
    close(sum(softmax(z, tau)), 1);
    close(columnSums(jacobian), z.map(() => 0));
    close(jacobian.map(sum), z.map(() => 0));
    close(sum(crossEntropyGradient(z, 0, tau)), 0);
  }
});

test("the Jacobian is the slope of the probabilities", () => {
  for (const { z, tau } of settings()) {
    const slopes = z.map((_, i) => z.map((_, j) => slope((h) => softmax(nudged(z, j, h), tau)[i])));
    close(softmaxJacobian(z, tau), slopes, 1e-8);
  }
});

test("the gradient is the slope of the loss", () => {
  for (const { z, tau } of settings()) {
    for (const c of z.keys()) {
      const slopes = z.map((_, j) => slope((h) => -Math.log(softmax(nudged(z, j, h), tau)[c])));
      close(crossEntropyGradient(z, c, tau), slopes, 1e-8);
    }
  }
});

test("large logits neither overflow nor lose their digits", () => {
  close(softmax([1000, 998, 994]), softmax(PAGE));
  assert.deepEqual(softmax([1000, 0, -1000]), [1, 0, 0]);
  const small = Math.exp(-50);
  close(softmaxJacobian([50, 0])[0][0] / small, 1); // 1 - p would be 0
  close(crossEntropyGradient([50, 0], 0)[0] / small, -1);
});

test("cold takes the largest, hot takes them all alike", () => {
  close(softmax(PAGE, 0.01), [1, 0, 0]);
  close(softmax([3, 3, 0], 0.01), [0.5, 0.5, 0]);
  close(softmax(PAGE, 1e9), [1 / 3, 1 / 3, 1 / 3], 1e-8);
});

test("the arguments are left as they were", () => {
  const z = [...PAGE];
  softmaxJacobian(z, 2);
  crossEntropyGradient(z, 0, 2);
  assert.deepEqual(z, PAGE);
});
