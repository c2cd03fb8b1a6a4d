"""Bars as SVG, drawn on the server: shapes alone, colours come from the style sheet."""

from collections.abc import Sequence

from markupsafe import Markup


def draw_shares(parts: Sequence[tuple[str, int]], width: int = 720, height: int = 18) -> Markup:
    """Return one bar, cut by the share of each part; a part's name is its class."""
    total = sum(count for _, count in parts)
    shapes, x = [], 0.0
    for name, count in parts:
        share = width * count / total if total else 0.0
        if share:
            shapes.append(
                Markup('<rect class="o-{}" x="{:.2f}" y="0" width="{:.2f}" height="{}"/>').format(
                    name, x, share, height
                )
            )
        x += share
    return Markup(
        '<svg class="shares" viewBox="0 0 {w} {h}" preserveAspectRatio="none" aria-hidden="true">'
        "{all}</svg>"
    ).format(w=width, h=height, all=Markup("").join(shapes))
