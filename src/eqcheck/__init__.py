"""Check the equations of Markdown pages: read the typeset TeX, evaluate both sides, show the outcome.

Where to look, from the ground up. Imports never go in a circle.

- What a page says: `pages` (fences), `notation` (declarations), `domains` (sets), `codelinks` (functions
  in `code=`).
- From TeX to a tree, in `tex`: `lexer`, `vocabulary`, `parts`, `names`, `cursor`, then a file for each
  construct (`brackets`, `quotients`, `sums`, `derivatives`, `identifiers`, `constants`, `blocks`,
  `conditions`, `ellipsis`, `layers`, `rows`, `tables`, `pointwise`), `parser` (expressions) and `statements`
  (chains). The tree itself is `syntax`; `walk` goes through it, `spell` and `sides` write it for messages.
- From a tree to a value: `values`, `world` (one instance of a page), `evaluate`, `functions`,
  `derivative` (the complex step), `code` (what stands beside the equation); `bill` and `shared` (what
  like trials need not compute again).
- From values to a verdict: `links` and `reader` (definitions), `instances` (which numbers), `comparison`,
  `anchor` (with the code), `trial`, `compare`, `counterexample`, `explain`, and `judge`, which is the way in.
- Planted errors, in `planted`: `mutants`, `tree_mutants`, `regroup`, `ink_mutants`, `teeth`, `crew` (in many
  equations).
- What others use: `command`, `crew` (on all processors), `plugin` (pytest), `ledger` (the record of a run),
  `named_tests` (unit tests named after equations), and for pages `render`, `steps` (the lines of a chain),
  `alone` (the symbols of one equation), `badge` and `extension` (Markdown).
"""
