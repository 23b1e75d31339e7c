"""Charts as SVG: bars, and lines over linear or logarithmic axes. No library, so that a clean machine draws them."""

import math
from html import escape

COLOURS = ("#1b6ca8", "#d1495b", "#66a182", "#edae49", "#7d5ba6")
WIDTH, HEIGHT = 760, 380
LEFT, RIGHT, TOP, BOTTOM = 90, 190, 48, 56
STYLE = (
    "<style>text{font:13px system-ui,sans-serif;fill:#222}.title{font-size:16px;font-weight:600}"
    ".grid{stroke:#ddd}.axis{stroke:#555}.small{font-size:12px;fill:#555}</style>"
)


class Axis:
    """From values to places on the paper."""

    def __init__(self, values, start, end, log=False):
        low, high = min(values), max(values)
        self.log, self.start, self.end = log, start, end
        self.low, self.high = (low, high) if log else (0, high * 1.08 or 1)

    def at(self, value):
        scale = math.log10 if self.log else float
        share = (scale(value) - scale(self.low)) / ((scale(self.high) - scale(self.low)) or 1)
        return self.start + share * (self.end - self.start)

    def ticks(self):
        if self.log:
            first, last = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
            marks = [m * 10.0**power for power in range(first, last + 1) for m in (1, 3)]
            return [mark for mark in marks if self.low * 0.999 <= mark <= self.high * 1.001]
        step = 10 ** math.floor(math.log10(self.high / 4))
        step *= next(m for m in (1, 2, 5, 10) if self.high / (step * m) <= 6)
        return [step * n for n in range(int(self.high / step) + 1)]


def bars(title, unit, values):
    """`values`: name, low, median and high of each bar."""
    across = Axis([high for *_, high in values], LEFT + 60, WIDTH - 110)
    height = (HEIGHT - TOP - BOTTOM) / len(values)
    parts = [vertical_grid(across, unit)]
    for number, (name, low, median, high) in enumerate(values):
        top = TOP + number * height + height * 0.18
        middle, end = top + height * 0.32, across.at(median)
        parts.append(rect(across.start, top, end - across.start, height * 0.64, COLOURS[number % len(COLOURS)]))
        parts.append(line(across.at(low), middle, across.at(high), middle, "axis"))
        parts.append(text(across.start - 8, middle + 5, name, "end"))
        parts.append(text(across.at(high) + 8, middle + 5, short(median), "start"))
    return paper(title, parts)


def lines(title, across_name, up_name, series, log=False):
    """`series`: name and points of each line."""
    points = [point for _, own in series for point in own]
    across = Axis([x for x, _ in points], LEFT, WIDTH - RIGHT, log)
    up = Axis([y for _, y in points], HEIGHT - BOTTOM, TOP, log)
    parts = [vertical_grid(across, across_name), horizontal_grid(up, up_name)]
    for number, (name, own) in enumerate(series):
        colour = COLOURS[number % len(COLOURS)]
        path = " ".join(f"{across.at(x):.1f},{up.at(y):.1f}" for x, y in own)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2.5"/>')
        if len(own) < 20:
            parts += [f'<circle cx="{across.at(x):.1f}" cy="{up.at(y):.1f}" r="3.5" fill="{colour}"/>' for x, y in own]
        legend = TOP + 10 + number * 22
        parts.append(rect(WIDTH - RIGHT + 20, legend - 10, 14, 14, colour))
        parts.append(text(WIDTH - RIGHT + 42, legend + 2, name, "start"))
    return paper(title, parts)


def vertical_grid(axis, name):
    parts = []
    for mark in axis.ticks():
        parts.append(line(axis.at(mark), TOP, axis.at(mark), HEIGHT - BOTTOM, "grid"))
        parts.append(text(axis.at(mark), HEIGHT - BOTTOM + 18, short(mark), "middle", "small"))
    parts.append(text((axis.start + axis.end) / 2, HEIGHT - 14, name, "middle", "small"))
    return "".join(parts)


def horizontal_grid(axis, name):
    parts = []
    for mark in axis.ticks():
        parts.append(line(LEFT, axis.at(mark), WIDTH - RIGHT, axis.at(mark), "grid"))
        parts.append(text(LEFT - 8, axis.at(mark) + 4, short(mark), "end", "small"))
    middle = (axis.start + axis.end) / 2
    parts.append(f'<text class="small" text-anchor="middle" transform="translate(24 {middle:.0f}) rotate(-90)">{escape(name)}</text>')
    return "".join(parts)


def short(value):
    if value >= 1_000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def paper(title, parts):
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
    back = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>'
    return "".join([head, STYLE, back, text(WIDTH / 2, 26, title, "middle", "title"), *parts, "</svg>\n"])


def text(x, y, words, anchor, kind=""):
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def line(x1, y1, x2, y2, kind):
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def rect(x, y, width, height, colour):
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.5):.1f}" height="{height:.1f}" fill="{colour}"/>'
