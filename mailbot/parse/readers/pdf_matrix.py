"""An affine transformation, as PDF writes it: from a page's own space to points from its top left."""

from typing import NamedTuple


class Matrix(NamedTuple):
    """Six numbers; the unit matrix where nothing is said."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where the point goes."""
        a, b, c, d, e, f = self
        return a * x + c * y + e, b * x + d * y + f

    def after(self, inner: "Matrix") -> "Matrix":
        """First `inner`, then this."""
        a, b = self.a * inner.a + self.c * inner.b, self.b * inner.a + self.d * inner.b
        c, d = self.a * inner.c + self.c * inner.d, self.b * inner.c + self.d * inner.d
        return Matrix(a, b, c, d, *self.at(inner.e, inner.f))

    def box(self, left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:
        """The upright box around a transformed one: left, top, right, bottom of the result."""
        a, b, c, d, e, f = self
        if not b and not c:  # the usual page
            x1, x2, y1, y2 = a * left + e, a * right + e, d * bottom + f, d * top + f
            if x2 < x1:
                x1, x2 = x2, x1
            return (x1, y2, x2, y1) if y2 < y1 else (x1, y1, x2, y2)
        corners = [self.at(x, y) for x in (left, right) for y in (bottom, top)]
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        return min(xs), min(ys), max(xs), max(ys)
