"""Check the equations of Markdown pages: read the typeset TeX, evaluate both sides, show the outcome.

Where to look, from the ground up. Imports go down this list and never up.

- What a page says: `pages` (fences), `notation` and `names` (declarations), `domains` (sets),
  `codelinks` (functions in `code=`).
- From TeX to a tree (`syntax`): `lexer`, `vocabulary`, `parts`, `cursor`, then a file for each construct
  (`brackets`, `quotients`, `sums`, `derivatives`, `identifiers`, `constants`, `blocks`, `conditions`,
  `ellipsis`, `layers`, `tables`, `pointwise`), `parser` (expressions) and `statements` (chains).
- From a tree to a value: `values`, `world` (one instance of a page), `evaluate`, `functions`,
  `derivative` (the complex step), `code` (what stands beside the equation).
- From values to a verdict: `links` and `reader` (definitions), `instances` (which numbers), `trial`,
  `compare`, `counterexample`, `explain` (with `sides` and `spell`), and `judge`, which is the way in.
- Planted errors: `mutants`, `tree_mutants`, `regroup`, `ink_mutants`, `teeth`; `walk` goes through trees.
- What others use: `command`, `plugin` (pytest), `ledger` (the record of a run), `tests` (named after
  equations), and for pages `render`, `badge` and `extension` (Markdown).
"""
