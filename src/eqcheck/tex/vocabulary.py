r"""The words of the language: which commands the reader knows, and as what.

Several spellings of one thing (\dfrac and \frac, \leq and ≤) become one already in the lexer; what
stands here is what is left after that.
"""

ACCENTS = {
    r"\hat", r"\bar", r"\tilde", r"\vec", r"\dot", r"\ddot", r"\overline", r"\breve", r"\check", r"\underline",
}  # fmt: skip
# A font is a part of a name. Those on the right look alike to a reader, and so are one.
FONTS = {
    r"\mathbf": r"\mathbf", r"\boldsymbol": r"\mathbf", r"\mathrm": r"\mathrm", r"\operatorname": r"\mathrm",
    r"\mathcal": r"\mathcal", r"\mathit": r"\mathit", r"\mathsf": r"\mathsf", r"\mathbb": r"\mathbb",
    r"\mathtt": r"\mathtt", r"\mathfrak": r"\mathfrak", r"\mathscr": r"\mathscr", r"\mathds": r"\mathbb",
    r"\mathnormal": r"\mathnormal",
}  # fmt: skip
_LETTERS = """
    alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi varpi rho varrho
    sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega
    ell imath jmath hbar aleph
"""
GREEK = {rf"\{name}" for name in _LETTERS.split()}
MODIFIERS = ACCENTS | FONTS.keys()  # what stands before a letter and changes it
NAMES = MODIFIERS | GREEK  # the commands with which a name can begin

# Functions that need no declaration, by the word that stands for them: \log, \operatorname{diag}, \text{ReLU}.
WORDS = {
    "log": "log", "ln": "log", "exp": "exp", "tanh": "tanh", "sinh": "sinh", "cosh": "cosh", "sin": "sin",
    "cos": "cos", "erf": "erf", "det": "det", "diag": "diag", "Diag": "diag",
    "tr": "trace", "Tr": "trace", "trace": "trace", "softmax": "softmax", "Softmax": "softmax", "relu": "relu",
    "ReLU": "relu", "sigmoid": "sigmoid", "max": "max", "min": "min",
}  # fmt: skip
COMMANDS = {rf"\{word}" for word in ("log", "ln", "exp", "tanh", "sinh", "cosh", "sin", "cos", "erf", "det")}
# Functions of a whole matrix: they have no derivative at one place, and so take no dash.
OF_MATRICES = {"det", "diag", "trace", "softmax"}
BIG = {r"\sum": "sum", r"\prod": "product", r"\max": "max", r"\min": "min"}
RELATIONS = {"=", r"\le", r"\ge", "<", ">", r"\ne"}
OPEN = {"(": ")", "[": "]", r"\{": r"\}", r"\langle": r"\rangle"}
# What closes a bar. One that leans neither way is closed by itself.
BARS = {"|": "|", r"\|": r"\|", r"\lvert": r"\rvert", r"\lVert": r"\rVert"}
PRODUCTS = {r"\cdot", r"\times"}
ENTRYWISE = {r"\odot", r"\circ"}
TRANSPOSES = {r"\top", r"\mathsf{T}", r"\mathrm{T}"}

# What a page cannot give another meaning, and why.
RESERVED = {
    "e": "Euler's number",
    r"\mathrm{e}": "Euler's number",
    r"\mathrm{d}": "the sign of a derivative",
    r"\partial": "the sign of a derivative",
    r"\nabla": "the sign of a gradient",
    r"\top": "the sign of a transpose",
    r"\dots": "an ellipsis",
    **dict.fromkeys(BIG, "a sign of the language"),
    **dict.fromkeys(COMMANDS, "a known function"),
}
