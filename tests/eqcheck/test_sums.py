"""Sums and products over indices, and near misses."""

import numpy as np
from constructs import FAR, ONE, a, i, k, means, misses, x

from eqcheck.tex.syntax import (
    Big,
    Entry,
    Plus,
    Power,
    Range,
    Symbol,
    Times,
)

OVER_K = (Range("k", ONE, Symbol("K")),)
P_K = Entry("p", (k,))

test_sums = means(
    (r"\operatorname{diag}(p)^{-1}", lambda v: np.diag(1 / v.p[:, 0])),
    (r"\sum_{k'=1}^{K} p_{k'}", lambda v: v.p.sum()),
    (r"\sum_{k=1}^{K} p_k", Big("sum", OVER_K, (), P_K)),
    (r"\sum^{K}_{k=1} p_k", Big("sum", OVER_K, (), P_K)),
    (r"\sum\limits_{k=1}^K p_k", Big("sum", OVER_K, (), P_K)),
    (r"\sum_k p_k", Big("sum", (Range("k"),), (), P_K)),
    (r"\sum_{k \in \{1,\dots,K\}} p_k", Big("sum", OVER_K, (), P_K)),
    (r"\sum_k p_k + a", Plus((Big("sum", (Range("k"),), (), P_K), a))),
    (r"a \sum_k p_k x", Times((a, Big("sum", (Range("k"),), (), Times((P_K, x)))))),
    (r"\sum_{m=1}^{K} p_m", lambda v: v.p.sum()),
    (r"\sum_{m=0}^{K-1} p_{m+1}", lambda v: v.p.sum()),
    (r"\sum_{i \ne 2} p_i", lambda v: v.p.sum() - v.p[1, 0]),
    (r"\sum_{i=1, i \ne 2}^{K} p_i", lambda v: v.p.sum() - v.p[1, 0]),
    (r"\sum_{\substack{i=1 \\ i \ne 2}}^{K} p_i", lambda v: v.p.sum() - v.p[1, 0]),
    (r"\sum_{i : i \ne 2} p_i", lambda v: v.p.sum() - v.p[1, 0]),
    (r"\sum_{k \le 3} p_k", lambda v: v.p[:3].sum()),
    (r"\sum_{i,j} A_{ij}", lambda v: v.A.sum()),
    (r"\sum_{i,j=1}^{K} A_{ij}", lambda v: v.A.sum()),
    (r"\sum_{i=1}^{2}\sum_{j=1}^{K} A_{ij}", lambda v: v.A[:2].sum()),
    (r"\prod_k p_k", lambda v: v.p.prod()),
    (r"\max_k p_k", lambda v: v.p.max()),
    (r"\min_{k} p_k - a", lambda v: v.p.min() - v.a),
    (r"\sum_k e^{p_k} / K", lambda v: np.exp(v.p).sum() / 5),
)


test_sums_misses = misses(
    (r"@\sum p_k", "over which index? Write it below the sign"),
    (r"\sum_{@k=1} p_k", "this range has a beginning and no end"),
    (r"\sum_k p_k \sum_@k z_k", "k runs already; take another index"),
    (r"\sum_{k,@k} p_k", "k runs already; take another index"),
    (r"\sum_@c p_c", "c is declared, and not as an index that can run"),
    (r"\sum_{@p=1}^{K} p_k", "p is declared, and not as an index that can run"),
    (r"\sum_{@e=1}^{K} p_e", "e cannot be an index: it is Euler's number"),
    (r"\sum_{d=1}^{K} \frac{@d a}{d x}", r"d is declared, so this can be a fraction or a derivative; write \partial"),
    (r"\sum_{T=1}^{K} A^@T", r"T is declared, so this can be a power or a transpose; write ^\top for the transpose"),
    (r"\sum_@m p_m", "m is not declared as an index"),
    (r"\sum_{@1 \le k} p_k", "expected the name of an index"),
    (r"\sum_{k \in @S} p_k", r"expected a range like \{1,\dots,K\}"),
    (r"\sum_{k, @} p_k", "expected the name of an index"),
    (r"\sum_k^K@", "something is missing here"),
    (r"@\prod_k p_k a", "how far does this sign reach? Put what belongs to it in brackets"),
    (r"@\prod_k p_k / a", "how far does this sign reach? Put what belongs to it in brackets"),
    (r"@\max_k p_k a", "how far does this sign reach? Put what belongs to it in brackets"),
    (r"\sum_{m=1}^{K} p_m + @m", "m is not declared"),
)

test_dots = means(
    (r"p_1 + \dots + p_K", lambda v: v.p.sum()),
    (r"p_1 + p_2 + \cdots + p_K", lambda v: v.p.sum()),
    (r"p_1 + p_2 + p_3 + \ldots + p_K", lambda v: v.p.sum()),
    (r"a + p_1 z_1 + \dots + p_K z_K + x", lambda v: v.a + (v.p * v.z).sum() + v.x),
    (r"e^{p_1} + \dots + e^{p_{K-1}}", lambda v: np.exp(v.p[:4]).sum()),
    (r"p_2 + \dots + p_K", lambda v: v.p[1:].sum()),
    (
        r"A_{1i} B_{1i} + \dots + A_{Ki} B_{Ki}",
        Big(
            "sum",
            (Range("…", ONE, Symbol("K")),),
            (),
            Times((Entry("A", (Symbol("…"), i)), Entry("B", (Symbol("…"), i)))),
        ),
    ),
)

DOT = Symbol("…")
DOTS = Range("…", ONE, Symbol("K"))
P_DOT = Entry("p", (DOT,))
test_dots_in_products = means(
    (r"p_1 p_2 \cdots p_K", lambda v: v.p.prod()),
    (r"p_1 \dots p_K", lambda v: v.p.prod()),
    (r"p_1 \cdot p_2 \cdots p_K", lambda v: v.p.prod()),
    (r"a p_1 \times \dots \times p_K x", lambda v: v.a * v.p.prod() * v.x),
    (r"p_2 p_3 \cdots p_{K-1}", lambda v: v.p[1:4].prod()),
    (r"e^{p_1} e^{p_2} \cdots e^{p_K}", lambda v: np.exp(v.p.sum())),
    (r"p_1^{z_1} \cdots p_K^{z_K} + a", Plus((Big("product", (DOTS,), (), Power(P_DOT, Entry("z", (DOT,)))), a))),
    (r"x + p_1 \cdots p_K - a", lambda v: v.x + v.p.prod() - v.a),
)

PRODUCT_UNLIKE = "what do the dots stand for? The factors beside them differ in more than one index"
test_dots_in_products_misses = misses(
    (r"p_1 z_1 @\cdots p_K", PRODUCT_UNLIKE),
    (r"p_1 @\cdots z_K", PRODUCT_UNLIKE),
    (r"a @\cdots a", PRODUCT_UNLIKE),
    (r"x p_3 @\cdots p_K", "what do the dots stand for? The factors before them do not begin with 0 or 1"),
    (r"p_1 \cdot \ldots @p_K", "a sign of a product stands before the dots and none behind them"),
    (r"p_1 \cdots @+ p_K", "cannot read '+'"),
    (r"p_1 \cdots@", "something is missing here"),
    (r"u / p_1 @\cdots p_K", "a/b c can be read in two ways; write a fraction, or brackets"),
    (r"\log p_1 @\cdots p_K", FAR),
    (r"p_1 \odot @\cdots \odot p_K", r"cannot read '\dots'"),
)

UNLIKE = "what do the dots stand for? The terms beside them differ in more than one index"
test_dots_misses = misses(
    (r"p_1 + @\dots + z_K", UNLIKE),
    (r"A_{12} + @\dots + A_{KN}", UNLIKE),
    (r"p_1 + @\dots + p_1", UNLIKE),
    (r"a + @\dots + a^K", UNLIKE),
    (r"p_1 + p_3 + @\dots + p_K", "what do the dots stand for? The terms before them do not begin with 0 or 1"),
    (r"p_1 + \dots@", "expected '+', got 'the end'"),
    (r"p_1 + \dots @- p_K", "expected '+', got '-'"),
    (r"@\dots + p_K", r"cannot read '\dots'"),
    (r"p_1 - @\dots - p_K", r"cannot read '\dots'"),
)
