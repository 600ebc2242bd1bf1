"""Judge small pages that are written in the tests themselves."""

from eqcheck.judge import judge_page
from eqcheck.pages import Equation, Fence, Page

SYMBOLS = r"""
N, D, H, K \in \mathbb{N} ; sizes ; N, D, H, K
n, m \in \{1,\dots,N\} ; examples
d \in \{1,\dots,D\} ; inputs
h \in \{1,\dots,H\} ; hidden units
i, j, k, l \in \{1,\dots,K\} ; classes
c \in \{1,\dots,K\} fixed ; the true class ; c
C \in \{1,\dots,K\}^{N} ; labels ; C
X \in \mathbb{R}^{N\times D} ; inputs ; X
W \in \mathbb{R}^{D\times H} ; weights ; W
b \in \mathbb{R}^{1\times H} ; bias ; b
Z \in \mathbb{R}^{N\times H} ; pre-activations ; Z
S \in \mathbb{R}^{K\times K} ; a square matrix ; S
z, v, g \in \mathbb{R}^{K} ; vectors ; z, v, g
p \in \mathbb{R}^{K} ; probabilities ; p
y \in \mathbb{R}^{K} ; target ; y
t, q \in \Delta^{K-1} ; distributions ; t, q
r \in \mathbb{R}_{>0}^{K} ; positive numbers ; r
a, x, u, w \in \mathbb{R} ; numbers ; a, x, u, w
s \in \mathbb{R}_{>0} ; a positive number ; s
A, B \in \{0,1\} ; bits ; A, B
L, E \in \mathbb{R} ; losses ; L, E
f : \mathbb{R}\to\mathbb{R} ; a function
R : \mathbb{R}\to\mathbb{R} ; another
\mathrm{CE} : \Delta^{K-1}\times\Delta^{K-1}\to\mathbb{R} ; cross-entropy
"""


def page(*displays, symbols=SYMBOLS, namespace=""):
    """Make a page of displays: TeX for a claim, or a dict with TeX and attributes."""
    equations = []
    for number, display in enumerate(displays, start=1):
        given = {"tex": display} if isinstance(display, str) else display
        fields = {"id": f"e{number}", "kind": "claim", **given}
        equations.append(Equation(page="p.md", line=10 * number, number=number, **fields))
    return Page("p.md", tuple(equations), (Fence("notation", "", symbols.strip(), 1),), namespace)


def verdicts(*displays, symbols=SYMBOLS, namespace="", **options):
    """The verdicts of a page."""
    return [verdict for _, verdict in judge_page(page(*displays, symbols=symbols), namespace, **options)]


def verdict(*displays, **options):
    """The verdict of the last display of a page; the ones before it must hold."""
    *before, last = verdicts(*displays, **options)
    assert [one.message for one in before if one.status != "holds"] == []
    return last


def definition(tex, code=""):
    return {"tex": tex, "kind": "definition", "code": code}


def mistake(tex):
    return {"tex": tex, "kind": "mistake"}


SOFTMAX = definition(r"p_i = \frac{e^{z_i}}{\sum_{k=1}^{K} e^{z_k}}", "np.exp(z) / np.exp(z).sum()")
ONE_HOT = definition(r"y_k = \delta_{kc}", "np.eye(K)[c - 1]")
LOSS = definition(r"L = -\sum_{k=1}^{K} y_k \log p_k", "np.log(np.exp(z).sum()) - z[c - 1]")
AFFINE = definition(r"Z = X W + \mathbf{1}_N b", "X @ W + b")
