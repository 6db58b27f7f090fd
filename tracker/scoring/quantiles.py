"""The incomplete beta function and its inverse, in plain Python.

Exact intervals need nothing else; they are kept free of numpy so that a card over three claims
is printed at once.
"""

import math
from functools import lru_cache
from statistics import NormalDist

_TINY = 1e-300
_EPSILON = 1e-16
_SETTLED = 1e-14
# A step of Halley's leaves about the cube of its own length as error: the next would be noise.
_ALMOST = 1e-6
_STEPS = 200


def beta_cdf(x: float, a: float, b: float) -> float:
    """Return I_x(a, b), the probability that a Beta(a, b) variable is at most x.

    Lentz's continued fraction (Press et al. 2007, Numerical Recipes, 3rd ed., section 6.4).

    Args:
        x: any number; outside 0 to 1 the answer is 0 or 1.
        a: the first shape, above 0.
        b: the second shape, above 0.
    """
    if x <= 0 or x >= 1:
        return float(x >= 1)
    return _cdf(x, a, b, _power(x, a, b, _log_beta(a, b)))


def beta_quantile(probability: float, a: float, b: float) -> float:
    """Return the x with I_x(a, b) = probability, to about 1e-14.

    Halley's method from a start that is nearly right (Press et al. 2007, section 6.14), held inside
    a shrinking bracket, so it cannot run away.

    Args:
        probability: 0 to 1.
        a: the first shape, above 0.
        b: the second shape, above 0.
    """
    if probability <= 0 or probability >= 1:
        return float(probability >= 1)
    low, high, norm = 0.0, 1.0, _log_beta(a, b)
    x = min(max(_start(probability, a, b), _TINY), 1 - _EPSILON)
    for _ in range(_STEPS):
        power = _power(x, a, b, norm)
        excess = _cdf(x, a, b, power) - probability
        low, high = (low, x) if excess > 0 else (x, high)
        moved = _halley(x, a, b, excess, power)
        inside = low < moved < high
        if not inside:
            moved = (low + high) / 2
        step = abs(moved - x)
        if step <= _SETTLED * x or (inside and step <= _ALMOST * min(x, 1 - x)):
            return moved
        x = moved
    return x


@lru_cache(maxsize=256)
def t_quantile(level: float, df: float) -> float:
    """Return the t with P(|T| ≤ t) = level, for Student's distribution with `df` degrees.

    T²/(T² + ν) has a Beta(½, ν/2) distribution (Johnson, Kotz, Balakrishnan 1995, Continuous
    Univariate Distributions 2, ch. 28).
    """
    y = beta_quantile(level, 0.5, df / 2)
    return math.sqrt(df * y / (1 - y))


def t_tail(t: float, df: float) -> float:
    """Return P(|T| ≥ |t|) for Student's distribution with `df` degrees of freedom."""
    if t * t < 1:
        return 1 - beta_cdf(t * t / (df + t * t), 0.5, df / 2)
    return beta_cdf(df / (df + t * t), df / 2, 0.5)


def normal_tail(z: float) -> float:
    """Return P(|Z| ≥ |z|) for a standard normal Z."""
    return math.erfc(abs(z) / math.sqrt(2))


def _power(x: float, a: float, b: float, norm: float) -> float:
    # x^a (1 − x)^b / B(a, b); divided by x (1 − x) it is the density.
    return math.exp(a * math.log(x) + b * math.log1p(-x) - norm)


def _cdf(x: float, a: float, b: float, power: float) -> float:
    if x > (a + 1) / (a + b + 2):
        return 1 - power / b * _fraction(1 - x, b, a)
    return power / a * _fraction(x, a, b)


def _halley(x: float, a: float, b: float, excess: float, power: float) -> float:
    slope = power / (x * (1 - x)) if x < 1 else 0.0
    if slope <= _TINY:
        return math.nan
    step = excess / slope
    bend = step * ((a - 1) / x - (b - 1) / (1 - x))
    return x - step / (1 - 0.5 * min(max(bend, -1.0), 1.0))


def _start(probability: float, a: float, b: float) -> float:
    if a < 1 or b < 1:
        left = math.exp(a * math.log(a / (a + b))) / a
        right = math.exp(b * math.log(b / (a + b))) / b
        whole = left + right
        if probability < left / whole:
            return float((a * whole * probability) ** (1 / a))
        return float(1 - (b * whole * (1 - probability)) ** (1 / b))
    # Abramowitz and Stegun 26.5.22, which needs both shapes above ½.
    y = -NormalDist().inv_cdf(probability)
    flat, inverse_a, inverse_b = (y * y - 3) / 6, 1 / (2 * a - 1), 1 / (2 * b - 1)
    h = 2 / (inverse_a + inverse_b)
    w = y * math.sqrt(max(h + flat, 0)) / h
    w -= (inverse_b - inverse_a) * (flat + 5 / 6 - 2 / (3 * h))
    return a / (a + b * math.exp(min(2 * w, 700)))


def _log_beta(a: float, b: float) -> float:
    # lgamma of large numbers loses digits in the difference; Stirling's series keeps them.
    small, large = sorted((a, b))
    if large < 50:  # noqa: PLR2004 - below this lgamma is the more exact of the two
        return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
    total = small + large
    tail = _stirling(large) - _stirling(total)
    if small < 50:  # noqa: PLR2004 - as above
        return (
            math.lgamma(small)
            + tail
            - (large - 0.5) * math.log1p(small / large)
            - small * (math.log(total) - 1)
        )
    return (
        0.5 * math.log(2 * math.pi)
        - 0.5 * math.log(large)
        + (small - 0.5) * math.log(small / total)
        - large * math.log1p(small / large)
        + tail
        + _stirling(small)
    )


def _stirling(x: float) -> float:
    # ln Γ(x) − [(x − ½) ln x − x + ½ ln 2π], Abramowitz and Stegun 6.1.41
    y = 1 / (x * x)
    return (1 / 12 - y * (1 / 360 - y * (1 / 1260 - y * (1 / 1680 - y / 1188)))) / x


def _fraction(x: float, a: float, b: float) -> float:
    c, d = 1.0, 1 / ((1 - (a + b) * x / (a + 1)) or _TINY)
    h = d
    for m in range(1, 100_000):
        step = a + 2 * m
        even = m * (b - m) * x / ((step - 1) * step)
        d = 1 / ((1 + even * d) or _TINY)
        c = (1 + even / c) or _TINY
        h *= c * d
        odd = -(a + m) * (a + b + m) * x / (step * (step + 1))
        d = 1 / ((1 + odd * d) or _TINY)
        c = (1 + odd / c) or _TINY
        h *= c * d
        if abs(c * d - 1) <= _EPSILON:
            break
    return h
