"""Derivatives as they are written, and values at a point."""

import numpy as np
from constructs import ONE, REACH, TWO, A, a, i, j, means, misses, u, x, z

from eqcheck.tex.syntax import (
    At,
    Call,
    Divide,
    Entry,
    Group,
    Hadamard,
    Number,
    Partial,
    Power,
    Symbol,
    Times,
)

# ---- derivatives --------------------------------------------------------------------------------

XX = Times((x, x))

test_derivatives = means(
    *(
        (tex, Partial(Power(x, TWO), (x,)))
        for tex in (
            r"\frac{\partial x^2}{\partial x}",
            r"\frac{\partial}{\partial x} x^2",
            r"\frac{\mathrm{d} x^2}{\mathrm{d} x}",
            r"\frac{d x^2}{d x}",
            r"\frac{d}{dx} x^2",
            r"{\partial x^2 \over \partial x}",
            r"\partial x^2/\partial x",
            r"\partial{x^2}/\partial{x}",
            r"\frac{\partial{x^2}}{\partial{x}}",
            r"\partial_x x^2",
            r"\partial_{x} x^2",
            r"\nabla_x x^2",
            r"\nabla_{\!x}\, x^2",
        )
    ),
    (r"\frac{\partial x x}{\partial x}", Partial(XX, (x,))),
    (r"\frac{\partial}{\partial x} (x x) a", Times((Partial(Group(XX), (x,)), a))),
    (r"\nabla_x a \odot A", Hadamard((Partial(a, (x,)), A))),
    (r"\partial a/\partial x\,\partial x/\partial u", Times((Partial(a, (x,)), Partial(x, (u,))))),
    (r"\frac{\partial a}{\partial A_{12}}", Partial(a, (Entry("A", (ONE, TWO)),))),
    (r"\frac{\partial a}{\partial W^{(1)}_{ij}}", Partial(a, (Entry("W^{(1)}", (i, j)),))),
    (r"\nabla_{W^{(1)}} a", Partial(a, (Symbol("W^{(1)}"),))),
    (r"\frac{\partial^2 a}{\partial z_i\,\partial z_j}", Partial(a, (Entry("z", (i,)), Entry("z", (j,))))),
    (r"\frac{\partial^2 a}{\partial z_i^2}", Partial(a, (Entry("z", (i,)),) * 2)),
    (r"\frac{\partial^2}{\partial x^2} a", Partial(a, (x, x))),
    (r"\frac{\partial^2 a}{\partial z\,\partial z^\top}", Partial(a, (z, z))),
    (r"\partial^2 a/\partial x\,\partial u", Partial(a, (x, u))),
    (r"\nabla^2_z a", Partial(a, (z, z))),
    (r"\nabla_z^2 a", Partial(a, (z, z))),
    (r"\frac{\partial^2 x^3}{\partial x^2}", lambda v: 6 * v.x),
    (r"\nabla_z (z^\top A z)", lambda v: (v.A + v.A.T) @ v.z),
    (r"\frac{\partial (A z)}{\partial z}", lambda v: v.A),
    (r"\frac{a}{x}", Divide(a, x)),
)

test_derivatives_misses = misses(
    (r"\frac{\partial a}{\partial@}", "expected to differentiate by a declared symbol or an entry of one"),
    (r"\frac{\partial a}{\partial x @u}", "expected ∂ and a variable, got 'u'"),
    (r"\frac{\partial @a + x}{\partial x}", "put brackets around what is differentiated"),
    (r"\frac{\partial^2 a}{@\partial x}", "a derivative of order 2 needs 2 variables, here are 1"),
    (r"\frac{\partial a}{@\partial x \partial u}", "a derivative of order 1 needs 1 variables, here are 2"),
    (r"\frac{\partial^@5 a}{\partial x}", "expected an order from 1 to 4"),
    (r"\frac{\partial a}{\partial @(a x)}", "expected to differentiate by a declared symbol or an entry of one"),
    (r"\frac{\partial a}{\partial @z^\top}", "expected to differentiate by a declared symbol or an entry of one"),
    (r"\frac{\partial a}{\partial @f}", "expected to differentiate by a declared symbol or an entry of one"),
    (r"\frac{\partial}{\partial x} a @x", REACH),
    (r"\frac{\partial}{\partial x} a @\cdot x", REACH),
    (r"\frac{@\partial a}{x}", r"∂ stands alone here; expected \partial L/\partial z or \partial_z L"),
    (r"@\partial a", r"∂ stands alone here; expected \partial L/\partial z or \partial_z L"),
    (r"\partial a/@x", r"expected '\partial', got 'x'"),
    (r"\partial a/\partial x @u", "∂a/∂b c can be read in two ways; write a fraction, or brackets"),
    (r"@\nabla a", "by which symbol? Write it below the ∇"),
    (r"\nabla_{x@, u} a", "cannot read ',' here"),
    (r"\nabla_x a @u", REACH),
    (r"\partial_x a @u", REACH),
)


# ---- at a point ---------------------------------------------------------------------------------

THREE = Number(3.0)

test_points = means(
    (r"\left. a x \right|_{x=3}", At(Group(Times((a, x))), "x", THREE)),
    (r"\left.\frac{\partial a}{\partial x}\right\rvert_{x=3}", At(Group(Partial(a, (x,))), "x", THREE)),
    (r"\frac{\partial a}{\partial x}\Big|_{x=3}", At(Partial(a, (x,)), "x", THREE)),
    (r"2 f'(x)|_{x=3}", Times((TWO, At(Call("f", (x,), 1), "x", THREE)))),
    (r"\left. a x \right|_{x=3, a=2}", At(At(Group(Times((a, x))), "x", THREE), "a", TWO)),
    (r"\left. \frac{\partial}{\partial x} x^3 \right|_{x=2}", lambda v: 12.0),
    (r"\left. \nabla_z (z^\top z) \right|_{z = 1}", lambda v: np.full((5, 1), 2.0)),
    (r"\left. A z \right|_{z = p}", lambda v: v.A @ v.p),
    (r"\left. |x| + x \right|_{x = -2}", lambda v: 0.0),
)

test_points_misses = misses(
    (r"\left. a \right@)", r"expected the bar that \left. belongs to, got ')'"),
    (r"\left. a @\right| x", "expected the point below the bar, as in |_{z=0}"),
    (r"\left. a @\right|_{x=0}^{x=1}", "expected the point below the bar, as in |_{z=0}"),
    (r"\frac{a}{x}|_{x@}", "expected '=', got '}'"),
    (r"\frac{a}{x}|_{@p_1 = 2}", "expected a declared symbol and its value, as in |_{z=0}"),
    (r"\frac{a}{x}|_{@1 = 2}", "expected a declared symbol and its value, as in |_{z=0}"),
    (r"a @x|_{x=1}", r"from where on does the bar reach? Write \left. … \right|"),
)
