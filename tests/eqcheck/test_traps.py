"""The traps into which a checker of equations falls, one by one: each lets something wrong pass in silence."""

import pytest
from judged import AFFINE, LOSS, ONE_HOT, SOFTMAX, definition, mistake, verdict, verdicts

LOGSUMEXP = definition(r"L = \log \sum_{k=1}^{K} e^{z_k}", "np.log(np.exp(z).sum())")
SQUARE = definition(r"L = \sum_{k=1}^{K} z_k^2", "(z ** 2).sum()")
RELU = definition(r"f(x) = \max(0, x)", "max(0, x)")


def holds(*displays, **options):
    outcome = verdict(*displays, **options)
    return outcome.status == "holds" or outcome.message


def why(*displays, **options):
    """The message with which the last display fails."""
    outcome = verdict(*displays, **options)
    assert outcome.status == "fails", outcome
    return outcome.message


# Everything is a matrix


def test_a_vector_is_a_column_and_one_dimensional_code_is_compared_after_that():
    assert holds({"tex": r"v + z = z + v + 0", "code": "v + z"}) is True
    assert holds({"tex": r"v + z = z + v + 0", "code": "(v + z).reshape(-1, 1)"}) is True
    assert "K × 1 and 1 × K" in why(r"v = v^\top")
    assert "K × 1 times K × 1" in why(r"v v = v v \cdot 1")


@pytest.mark.parametrize("seed", range(5))
def test_a_missing_transpose_is_a_shape_error_since_no_two_sizes_are_equal(seed):
    assert "do not fit" in why(r"X W = X W^\top", seed=seed)
    assert "do not fit" in why(r"X X = X^\top X^\top", seed=seed)


def test_sizes_differ_from_the_numbers_and_sums_of_sizes_on_the_page_too():
    symbols = r"""
        N, D \in \mathbb{N} ; sizes
        n \in \{1,\dots,N\} ; i
        A \in \mathbb{R}^{N\times 2} ; a
        B \in \mathbb{R}^{D\times (N+1)} ; b
    """
    for seed in range(6):
        assert "do not fit" in why(r"A A = A A + A A", symbols=symbols, seed=seed)
        assert "do not fit" in why(r"B B = B B + B B", symbols=symbols, seed=seed)


def test_only_literals_are_broadcast():
    assert holds(r"1 - v = -(v - 1)") is True
    assert "a number is added to a matrix" in why(r"a - v = -(v - a)")
    assert "a number is added to a matrix" in why(r"v^\top v + X = X + v^\top v")


def test_a_row_is_added_to_every_row_only_where_the_page_may_write_so():
    assert r"N × H and 1 × H; write \mathbf{1}" in why(r"X W + b = X W + \mathbf{1}_N b")
    assert holds(r"X W + b = X W + \mathbf{1}_N b", broadcast=True) is True
    assert "do not fit" in why(r"X W + b^\top = X W + \mathbf{1}_N b", broadcast=True)
    assert "differ" in why(r"X W - b = X W + \mathbf{1}_N b", broadcast=True)


# Indices


def test_an_index_along_the_wrong_axis_fails_although_it_would_be_in_range():
    assert "the index d runs to" in why(r"X_{dn} = X_{dn} + 0")
    assert "the index n runs to" in why(r"\sum_{n=1}^{N} z_n = \sum_{i=1}^{K} z_i")


def test_free_indices_mean_for_all():
    assert "at i=2" in why(
        r"\sum_{k=1}^{K} \delta_{k1} z_k = \delta_{i1} z_i + (1 - \delta_{i2}) z_1 - \delta_{i1} z_1"
    )
    assert holds(r"z_i v_j = v_j z_i") is True


def test_conditions_select_and_a_statement_for_no_index_is_no_pass():
    assert holds(r"\delta_{ij} = 0 \quad \text{for } i \ne j") is True
    assert "i=1, j=1" in why(r"\delta_{ij} = 0")
    assert "nothing was compared" in why(r"z_i = z_i + 1 \quad \text{for } i > K")


def test_there_is_no_sum_over_repeated_indices():
    assert "differ" in why(r"z^\top v = z_i v_i")
    assert "(equal after a sum over i)" in why(r"z^\top v = z_i v_i")


def test_a_sum_may_be_empty_here_and_there_but_not_everywhere():
    assert holds(r"\sum_{k=1}^{i-1} z_k + \sum_{k=i}^{K} z_k = \sum_{k=1}^{K} z_k") is True
    assert "a sum over no index at all" in why(r"z_i = z_i + \sum_{k=K+1}^{K} z_k")


def test_an_index_bound_by_a_sum_is_not_the_free_one():
    message = why(SOFTMAX, ONE_HOT, LOSS, r"\frac{\partial L}{\partial p_j} = -\sum_{j=1}^{K} \frac{y_j}{p_j}")
    assert "differ" in message
    assert holds(SOFTMAX, ONE_HOT, LOSS, r"\frac{\partial L}{\partial p_j} = -\frac{y_j}{p_j}") is True


# Derivatives


def test_derivatives_by_leaves_and_by_intermediates():
    assert holds(SOFTMAX, ONE_HOT, LOSS, r"\frac{\partial L}{\partial z} = p - y") is True
    assert "differ" in why(SOFTMAX, ONE_HOT, LOSS, r"\frac{\partial L}{\partial p} = p - y")


def test_what_is_pinned_does_not_move_with_what_it_is_made_of():
    total = definition(r"E = \sum_{k=1}^{K} z_k p_k", "(z * np.exp(z) / np.exp(z).sum()).sum()")
    assert holds(SOFTMAX, total, r"\frac{\partial E}{\partial p_k} = z_k") is True
    assert "differ" in why(SOFTMAX, total, r"\frac{\partial E}{\partial z_k} = p_k")


def test_a_number_by_a_matrix_has_the_shape_of_the_matrix():
    loss = definition(r"E = \sum_{n=1}^{N} \sum_{h=1}^{H} Z_{nh}^2", "((X @ W + b) ** 2).sum()")
    assert holds(AFFINE, loss, r"\frac{\partial E}{\partial W} = 2 X^\top Z") is True
    assert "1 × H and N × H" in why(AFFINE, loss, r"\frac{\partial E}{\partial b} = 2 Z")
    assert "(equal after a sum over the first axis of the right side)" in why(
        AFFINE, loss, r"\frac{\partial E}{\partial b} = 2 Z"
    )


def test_a_jacobian_has_the_function_as_row_and_the_variable_as_column():
    assert holds(r"\frac{\partial (S v)}{\partial v} = S") is True
    assert "(equal after a transpose)" in why(r"\frac{\partial (S v)}{\partial v} = S^\top")
    assert "(equal with i and j swapped)" in why(r"\frac{\partial (\sum_{k=1}^K S_{ik} v_k)}{\partial v_j} = S_{ji}")


def test_the_hessian_of_log_sum_exp():
    assert (
        holds(LOGSUMEXP, SOFTMAX, r"\frac{\partial^2 L}{\partial z_i\,\partial z_j} = p_i\delta_{ij} - p_i p_j") is True
    )
    assert "differ" in why(LOGSUMEXP, SOFTMAX, r"\frac{\partial^2 L}{\partial z_i\,\partial z_j} = p_i\delta_{ij}")


def test_a_derivative_of_a_derivative():
    outer = r"\frac{\partial}{\partial z_i} \left( \frac{\partial L}{\partial z_j} \right) = p_i\delta_{ij} - p_i p_j"
    assert holds(LOGSUMEXP, SOFTMAX, outer) is True
    slope = definition(r"R(u) = \frac{\partial (u^3 w)}{\partial w}", "u ** 3")
    assert holds(slope, r"R'(u) = 3 u^2") is True
    assert "differ" in why(slope, r"R'(u) = 3 u^2 + w")


def test_a_third_derivative():
    assert holds(r"\frac{\partial^3 e^{2x}}{\partial x^3} = 8 e^{2x}") is True
    assert "differ" in why(r"\frac{\partial^3 e^{2x}}{\partial x^3} = 4 e^{2x}")


@pytest.mark.parametrize(
    "tex",
    [
        r"\frac{\partial \log s}{\partial s} = \frac{1}{s}",
        r"\frac{\partial |s|}{\partial s} = 1",
        r"\frac{\partial |x|}{\partial x} = \frac{x}{|x|}",
        r"\frac{\partial \max(x, 2 x)}{\partial x} = \frac{3}{2} + \frac{x}{2 |x|}",
        r"\frac{\partial \|v\|}{\partial v} = \frac{1}{\|v\|} v",
        r"\frac{\partial \sqrt{s}}{\partial s} = \frac{1}{2\sqrt{s}}",
        r"\frac{\partial s^{a}}{\partial a} = s^a \log s",
    ],
)
def test_the_complex_step_goes_through_what_has_no_complex_sense(tex):
    assert holds(tex) is True


def test_the_derivative_of_an_inverse():
    cube = definition(r"R(u) = u^3 + u", "u ** 3 + u")
    assert holds(cube, r"R^{-1}(R(u)) = u") is True
    assert holds(cube, r"\frac{\partial R^{-1}(x)}{\partial x} = \frac{1}{R'(R^{-1}(x))}") is True
    assert "differ" in why(cube, r"R^{-1}(x) = \frac{1}{R(x) + 10}")


def test_there_is_no_derivative_by_a_whole_number():
    assert "whole number" in why(
        definition(r"E = \sum_{n=1}^{N} C_n", "float(C.sum())"), r"\frac{\partial E}{\partial C_1} = 1"
    )


def test_a_derivative_of_what_is_not_defined_is_no_zero():
    assert why(r"\frac{\partial L}{\partial z} = \mathbf{0}_K") == "L is not defined here, so it does not depend on z"


def test_zero_equals_zero_is_no_pass_where_nothing_depends_on_the_variable():
    message = why(SQUARE, r"\sum_{k=1}^{K} \frac{\partial L}{\partial v_k} = a - a")
    assert message == "both sides are 0 for no reason but that L does not depend on v"


def test_that_a_derivative_is_zero_may_be_said_outright():
    assert holds(SQUARE, r"\frac{\partial L}{\partial v} = \mathbf{0}_K") is True
    assert holds(SQUARE, r"\frac{\partial L}{\partial v_i} = 0") is True


# Definitions


def test_a_wrong_definition_is_caught_where_every_one_hot_target_agrees():
    wrong = r"\mathrm{CE}(t, q) = -\log \sum_{k=1}^{K} t_k q_k"
    assert "the code differs" in why(definition(wrong, "-(t * np.log(q)).sum()"))


def test_the_same_where_the_page_gives_one_hot_targets_only():
    wrong = definition(r"L = -\log \sum_{k=1}^{K} y_k p_k", "-(y * np.log(p)).sum()")
    assert "right for the p, y of this page, not for all that is declared" in why(ONE_HOT, SOFTMAX, wrong)
    right = definition(r"L = -\sum_{k=1}^{K} y_k \log p_k", "-(y * np.log(p)).sum()")
    assert holds(ONE_HOT, SOFTMAX, right) is True


def test_the_same_for_the_parameters_of_a_function_that_the_page_defines():
    symbols = r"""
        K \in \mathbb{N} ; classes ; K
        k \in \{1,\dots,K\} ; index
        c \in \{1,\dots,K\} fixed ; class ; c
        y \in \Delta^{K-1} ; target ; y
        q \in \Delta^{K-1} ; prediction ; q
        G : \Delta^{K-1}\times\Delta^{K-1}\to\mathbb{R} ; cross-entropy
    """
    one_hot = definition(r"y_k = \delta_{kc}", "np.eye(K)[c - 1]")
    wrong = definition(r"G(y, q) = -\log \sum_{k=1}^K y_k q_k", "-(y * np.log(q)).sum()")
    right = definition(r"G(y, q) = -\sum_{k=1}^K y_k \log q_k", "-(y * np.log(q)).sum()")
    assert "differs" in why(one_hot, wrong, symbols=symbols)
    assert holds(one_hot, right, symbols=symbols) is True


def test_a_definition_must_be_anchored_in_code():
    assert "unanchored" in why(definition(r"L = a + x"))
    assert holds(definition(r"L = a + x", "a + x")) is True


def test_without_code_a_definition_is_allowed_and_said_to_be_unanchored():
    outcome = verdict(definition(r"L = a + x", "a + x + 1"), with_code=False)
    assert (outcome.status, outcome.comparisons) == ("holds", 0)
    assert outcome.message == "unanchored: no code was compared"
    assert verdict(definition(r"L = a + x"), with_code=False).status == "holds"


def test_what_follows_in_the_chain_of_a_definition_is_compared():
    assert "differ" in why(definition(r"L = a + x = a - x", "a + x"))
    assert "differ" in why(definition(r"L = a + x = a - x"), with_code=False)


def test_a_colon_equals_defines_and_claims_at_once():
    assert holds({"tex": r"L := a x = x a", "code": "a * x"}, r"\frac{\partial L}{\partial a} = x") is True
    assert "differ" in why({"tex": r"L := a x = x + a", "code": "a * x"})
    assert "unanchored" in why(r"L := a x")


def test_a_definition_has_the_shape_and_the_set_that_were_declared():
    assert "declared as a number, and defined as K × 1" in why(definition(r"L = v + z", "v + z"))
    assert "declared as K × 1, and defined as a number" in why(definition(r"p = a", "a"))
    assert "outside of the set" in why(definition(r"q_i = z_i", "z"))


def test_a_definition_says_all_of_it():
    assert "the index k stands on the right side only" in why(definition(r"L = z_k", "z[0]"))
    assert "a free index in each place" in why(definition(r"p_1 = a", "a"))
    assert "a free index in each place" in why(definition(r"p_c = a", "a"))
    assert "without a condition" in why(definition(r"p_i = a \quad \text{for } i > 1", "a"))
    assert "stands on the left side only" in why(definition(r"f(u) = x", "x"))
    assert "is a size" in why(definition("K = 3", "3"))
    assert "is an index" in why(definition("i = 3", "3"))
    assert "needs an equals sign" in why(definition(r"L \le 3", "3"))


def test_a_definition_neither_shadows_another_nor_bites_its_tail():
    assert "defined already, in eq-e1" in why(SQUARE, definition(r"L = a", "a"))
    assert "defined by itself" in why(definition(r"L = L + a", "a"))
    assert "defined by itself" in why(definition(r"L = E + a", "E + a"), definition(r"E = L + a", "L + a"))


def test_a_symbol_is_free_until_it_is_defined():
    before, _, after = verdicts(r"p_i \le 1000", SOFTMAX, r"\sum_{i=1}^K p_i = 1")
    assert (before.status, after.status) == ("holds", "holds")
    early, _ = verdicts(r"\sum_{i=1}^K p_i = 1", SOFTMAX)
    assert early.status == "fails"


# Finite sets, branches, boundaries


def test_bits_are_gone_through():
    outcome = verdict(r"(1 - A)(1 - B) = 1 - A - B + A B")
    assert outcome.comparisons >= 4
    for seed in range(8):  # three of the four agree
        assert "differ" in why(r"A + B = A + B - A B", seed=seed)


def test_classes_are_gone_through():
    for seed in range(8):
        assert "differ" in why(r"z_c = z_1", seed=seed)


def test_labels_are_gone_through_where_they_are_few():
    symbols = r"N, K \in \mathbb{N} ; s" + "\n" + r"n \in \{1,\dots,N\} ; i" + "\n" + r"C \in \{1,\dots,K\}^N ; labels"
    for seed in range(8):
        assert "differ" in why(r"\prod_{n=1}^N (C_n - 1) = 0", symbols=symbols, seed=seed)


@pytest.mark.parametrize("seed", range(8))
def test_every_branch_fires_also_inside_a_definition(seed):
    assert "differ" in why(RELU, r"f(x) = x", seed=seed)
    assert "differ" in why(RELU, r"f'(x) = 1", seed=seed)
    assert "differ" in why(
        RELU, r"f'(x) = \begin{cases} 1 & \text{if } x > 0 \\ 1 & \text{if } x < 0 \end{cases}", seed=seed
    )


def test_a_branch_that_cannot_be_met_is_not_checked():
    assert "never taken" in why(r"|s| = \begin{cases} s & \text{if } s > 0 \\ 7 & \text{otherwise} \end{cases}")
    assert "never taken" in why(r"\max(s, -1) = s")


def test_cases_leave_no_gap_and_do_not_contradict_each_other():
    gap = r"|x| = \begin{cases} x & \text{if } x > 1 \\ -x & \text{if } x < 0 \end{cases}"
    assert "no case applies" in why(gap)
    twice = r"|x| = \begin{cases} x & \text{if } x > 0 \\ -x & \text{if } x < 1 \end{cases}"
    assert "two cases apply" in why(twice)


def test_the_boundary_is_sampled_too():
    kink = r"|x| = \begin{cases} x & \text{if } x > 0 \\ -x & \text{if } x < 0 \\ 1 & \text{otherwise} \end{cases}"
    assert "look at the boundary" in why(kink)
    assert "both sides are 0" in why(r"\sum_{k=1}^K z_k^2 > 0")
    assert "entry" in why(
        definition(r"f(x) = \begin{cases} 1 & \text{if } x = 0 \\ x & \text{otherwise} \end{cases}", "x or 1.0"),
        "f(z) = z",
    )


def test_a_kink_has_no_slope_and_the_code_is_compared_all_the_same():
    right = r"f'(x) = \begin{cases} 1 & \text{if } x > 0 \\ 0 & \text{if } x \le 0 \end{cases}"
    assert holds(RELU, {"tex": right, "code": "float(x > 0)"}) is True
    assert "the code differs by 1" in why(RELU, {"tex": right, "code": "float(x >= 0)"})


def test_a_false_inequality_is_found_although_it_holds_at_most_points():
    assert "differ" in why(r"(v^\top z)^4 \le (v^\top v)(z^\top z)")
    assert holds(r"(v^\top z)^2 \le (v^\top v)(z^\top z)") is True


def test_strict_is_strict():
    assert holds(r"e^x > 0") is True
    assert "both sides are" in why(r"x < x + 0")
    assert "both sides are" in why(r"x \ne x + 0")


# Nothing ambiguous, nothing vacuous


def test_what_can_be_read_in_two_ways_is_refused():
    assert "two ways" in why(r"S S \odot S = (S S) \odot S")


def test_there_must_be_something_to_compare():
    assert "no relation" in why(r"x + 1")
    assert "the same to the letter" in why(r"x = x")
    assert "the same to the letter" in why(r"x = 2 x - x = 2 x - x")


def test_no_value_equals_no_value():
    assert "not a number" in why(r"\log x = \log x + 0")
    assert "not a number" in why(r"\frac{1}{a - a} = \frac{2}{a - a}")
    assert "infinite" in why(r"\prod_{k=1}^{100} e^{100} = 2 \prod_{k=1}^{100} e^{100}")


def test_a_set_is_more_than_its_shape():
    assert holds(r"t \in \Delta^{K-1}") is True
    assert holds(SOFTMAX, r"p \in \Delta^{K-1}") is True
    assert holds(r"X^\top \in \mathbb{R}^{D\times N}") is True
    assert "not in the set" in why(r"v \in \Delta^{K-1}")
    assert "the shape is N × D, not D × N" in why(r"X \in \mathbb{R}^{D\times N}")


def test_small_numbers_are_compared_by_their_own_size():
    assert "differ" in why(r"\frac{1}{10^{4}} s = \frac{2}{10^{4}} s")
    assert "differ" in why(r"\frac{1}{10^{8}} s = \frac{2}{10^{8}} s")


def test_a_function_takes_arguments_of_its_shapes():
    entropy = definition(r"\mathrm{CE}(t, q) = -\sum_{k=1}^{K} t_k \log q_k", "-(t * np.log(q)).sum()")
    assert "is 1 × K, declared as K × 1" in why(entropy, r"\mathrm{CE}(t^\top, q) = \mathrm{CE}(t, q)")
    assert (
        holds(entropy, r"\mathrm{CE}(t, q) = -t^\top \begin{bmatrix} 0 \end{bmatrix} t - \sum_{k=1}^K t_k \log q_k")
        is True
    )


# Mistakes


def test_a_mistake_is_refuted_and_one_that_is_none_fails():
    assert verdict(SOFTMAX, mistake(r"\frac{\partial p_i}{\partial z_i} = p_i")).status == "refuted"
    outcome = verdict(SOFTMAX, mistake(r"\frac{\partial p_i}{\partial z_i} = p_i (1 - p_i)"))
    assert outcome.status == "fails"
    assert "and it holds" in outcome.message


def test_a_mistake_is_refuted_by_numbers_or_shapes_not_by_what_has_no_value():
    assert verdict(mistake(r"\log(-s) = s")).status == "fails"
    assert verdict(mistake(r"Z = X W + b")).status == "refuted"
    assert verdict(mistake(r"\log x = x")).status == "refuted"  # it is false wherever it has a value


def test_a_mistake_is_not_refuted_by_its_code():
    assert verdict({**mistake("x = x + 0"), "code": "no_such_name"}).status == "fails"
