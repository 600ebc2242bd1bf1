"""The picture of the front page is true."""

from figures import P, Y, decimals, printed, words


def test_home_prints_the_gradient_three_times_and_calls_it_equal(figures):
    gradient = printed([p - y for p, y in zip(P, Y, strict=True)], 6)
    texts = words(figures, "home")
    assert [text for text in texts if text in gradient] == gradient * 3
    assert [text for text in texts if text.endswith(" =")] == [
        f"{p} − {y} =" for p, y in zip(printed(P, 6), Y, strict=True)
    ]
    assert texts.count("=") == 3
    assert "≠" not in texts
    assert decimals(words(figures, "home", "desc"), 6) == gradient * 3
