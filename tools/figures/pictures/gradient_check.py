"""The picture of gradient checking: the error of four numerical derivatives over the step."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from drawing import INK, ONE, THREE, TWO, Picture, heading, note, panel, sheet
from example import LABEL, LOGITS

import byhand

JUDGES = {
    "forward difference": byhand.forward_difference,
    "central difference": byhand.central_difference,
    "Richardson": byhand.richardson,
    "complex step": byhand.complex_step,
}
STYLES = ((TWO, 1.8), (ONE, 4), (THREE, 1.8), (INK, 1.4))  # one is wide, because another covers it
PLACES = ((1.5e-3, 2.5e-2), (5e-6, 3e-12), (1.3e-2, 4e-15), (2e-16, 1e-15))
STEPS = np.logspace(-16, 0, 129)
LOWEST = 2.0**-54  # an error of 0 is drawn here, below the smallest that is not
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def gradient_check_errors() -> Picture:
    """Show the relative error of each numerical gradient of the loss, for steps of all sizes."""
    errors = {name: np.array([_error(judge, h) for h in STEPS]) for name, judge in JUDGES.items()}
    figure = sheet(460)
    axes = panel(figure, 54, 42, 412, 360)
    axes.set(xscale="log", yscale="log", xlim=(1e-16, 1), ylim=(1e-17, 3))
    for values, (colour, width) in zip(errors.values(), STYLES, strict=True):
        axes.plot(STEPS, np.maximum(values, LOWEST), color=colour, lw=width)
    for name, place, ha in zip(JUDGES, PLACES, ("right", "right", "right", "left"), strict=True):
        note(axes, name, place, 0, 0, ha)
    _ticks(axes.set_xticks, (-16, -12, -8, -4, 0))
    _ticks(axes.set_yticks, (-16, -12, -8, -4, 0))
    axes.minorticks_off()
    axes.grid(lw=0.8)
    axes.set_xlabel("step *h*")
    heading(axes, "relative error of the gradient")
    tips = [f"{name} {_power(values.min())}" for name, values in list(errors.items())[:3]]
    tenth = [f"{name} {_error(judge, 0.1):.10f}" for name, judge in JUDGES.items()]
    return Picture(
        figure,
        "The error of a numerical gradient",
        f"Four curves over the step, both axes logarithmic, for the cross-entropy of the logits 3, 1, −3 and class 2. "
        f"At a step of 0.1 the relative errors are {', '.join(tenth)}. Towards smaller steps each falls on a straight "
        f"line. Three turn at a tip, whose error is, rounded to a power of ten: {', '.join(tips)}. Left of their tips "
        f"they rise again, ragged by rounding, up to {_power(errors['central difference'][0])} at a step of 10⁻¹⁶. The "
        f"complex step falls below 10⁻¹⁵ and stays there.",
    )


def _error(judge: Callable[..., Any], h: float) -> float:
    return byhand.relative_error(judge(_loss, LOGITS, h), byhand.cross_entropy_gradient(LOGITS, LABEL))


def _loss(z: Any) -> Any:
    """Compute the loss by the textbook's formula, which takes complex numbers."""
    return np.log(np.exp(z).sum()) - z[LABEL]


def _power(value: float) -> str:
    exponent = round(np.log10(value))
    return f"10{str(exponent).translate(SUPERSCRIPTS)}" if exponent else "1"


def _ticks(set_ticks: Callable[..., Any], exponents: Iterable[int]) -> None:
    powers = [10.0**n for n in exponents]
    set_ticks(powers, [_power(power) for power in powers])
