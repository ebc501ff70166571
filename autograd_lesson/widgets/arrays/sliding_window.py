"""A kernel on an image: window by window, and from each pixel and each weight there and back.

On the way back the upstream gradient g stands in the place of y, and dx or dw in that of x or w.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from ...pictures.cells import Grid, Point, arrow, picture
from ...pictures.svg import Parts, Svg
from ...pictures.words import counted, in_brackets, number
from ...teaching.convolution_products import Product, output_shape, products
from ..picker import Picker
from ..player import Frame

MOST_STEPS, MOST_ARROWS = 100, 250
SPACE = 96.0  # between x and y, for the arrows
PICK = "click on it, or step with the slider and the arrow keys."
Place = tuple[int, ...]
Terms = list[tuple[Any, Any]]  # factors


def slide_window(x: Any, weight: Any, stride: int = 1, padding: int = 0) -> Picker:
    """A picker of the outputs of a kernel on an image: the window each is made of."""
    scene = Scene(x, weight, stride, padding)
    grid, outputs = scene.grids["y"], list(np.ndindex(scene.y.shape))
    picks = {grid.cell(output): {"data-step": str(k)} for k, output in enumerate(outputs, 1)}
    rows, columns = scene.y.shape
    first = Frame(
        f"The kernel fits in {rows} × {columns} = {counted(len(outputs), 'place')}",
        [f"Pick an output: {PICK}", "Before you do: which numbers of x are in y[0, 0]?"],
        texts=progress(grid, scene.y, ()),
        classes=scene.border(),
        attrs=picks,
    )
    frames = [first, *(scene.window(output, picks) for output in outputs)]
    name = f"A window slides over an image, stride {stride}, padding {padding}"
    return Picker(scene.svg(name, []), frames, name)


def follow_pixel(x: Any, weight: Any, upstream: Any, stride: int = 1, padding: int = 0) -> Picker:
    """A picker of pixels and weights: the outputs each is in, and the gradient that comes back."""
    scene = Scene(x, weight, stride, padding)
    scene.receive(np.array(upstream, float))
    pixels, weights = list(np.ndindex(np.shape(x))), list(np.ndindex(scene.w.shape))
    if 2 * len(pixels) + len(weights) > MOST_STEPS or len(scene.products) > MOST_ARROWS:
        raise ValueError(
            f"{len(pixels)} pixels and {len(scene.products)} products are too many to follow; give "
            f"at most {(MOST_STEPS - len(weights)) // 2} pixels and {MOST_ARROWS} products"
        )
    cells = [scene.grids["x"].cell(scene.cell(pixel)) for pixel in pixels]
    picks = {cell: {"data-step": str(2 * k + 1)} for k, cell in enumerate(cells)}
    for step, weight_place in enumerate(weights, 2 * len(pixels) + 1):
        picks[scene.grids["w"].cell(weight_place)] = {"data-step": str(step)}
    frames = [
        Frame(
            "Which outputs is a pixel in?",
            [
                f"Pick a pixel: {PICK} One step further is its way back.",
                "Pick a weight to see all that it multiplied.",
            ],
            classes=scene.border(),
            attrs=picks,
        )
    ]
    for pixel in pixels:
        frames += [scene.touch(pixel, picks), scene.back(pixel, picks)]
    frames += [scene.of_weight(place, picks) for place in weights]
    name = f"From a pixel to outputs and back, stride {stride}, padding {padding}"
    return Picker(scene.svg(name, scene.arrows()), frames, name)


class Scene:
    """A convolution laid out: x with its border of zeros, y right of it, the kernel below y."""

    def __init__(self, x: Any, weight: Any, stride: int, padding: int) -> None:
        """Compute y, keep every product, and place the three grids."""
        self.x, self.w = np.array(x, float), np.array(weight, float)
        self.stride, self.padding = stride, padding
        if not (self.x.ndim == self.w.ndim == 2 and fits(self.w, self.x, padding)):
            raise ValueError(
                f"x has shape {self.x.shape} and the kernel {self.w.shape}; give an image of two "
                "axes and a kernel of two axes that fits into it"
            )
        shapes = (1, 1, *self.x.shape), (1, 1, *self.w.shape)
        self.products = [
            Product(*(index[2:] for index in each)) for each in products(*shapes, stride, padding)
        ]
        self.y = np.zeros(output_shape(*shapes, stride, padding)[2:])
        for output, pixel, k in self.products:
            self.y[output] += self.x[pixel] * self.w[k]
        self.wide = np.pad(self.x, padding)
        longest = max(len(number(each)) for each in (*self.y.flat, *self.w.flat, *self.x.flat))
        titles = ("x and its border" if padding else "x", "y", "w")
        x_grid = Grid(self.wide, "x", titles[0], room=longest + 1)
        left = x_grid.right + SPACE
        y_grid = Grid(self.y, "y", at=(left, 0), room=longest + 2)
        w_grid = Grid(self.w, "w", at=(left, y_grid.bottom + 16), room=longest + 2)
        self.grids = {"x": x_grid, "y": y_grid, "w": w_grid}

    def receive(self, g: np.ndarray) -> None:
        """Send `g` back through every product."""
        if g.shape != self.y.shape:
            found = f"upstream has shape {g.shape}, and the output {self.y.shape}"
            raise ValueError(f"{found}; give one number for each output")
        self.g, self.dx, self.dw = g, np.zeros_like(self.wide), np.zeros_like(self.w)
        for output, pixel, k in self.products:
            self.dx[self.cell(pixel)] += g[output] * self.w[k]
            self.dw[k] += g[output] * self.x[pixel]

    def cell(self, pixel: Place) -> Place:
        """Where a pixel of the image stands in the grid: the border pushes it on."""
        return pixel[0] + self.padding, pixel[1] + self.padding

    def border(self) -> dict[str, str]:
        """The classes that step the border back."""
        image = {self.cell(pixel) for pixel in np.ndindex(self.x.shape)}
        outside = (place for place in np.ndindex(self.wide.shape) if place not in image)
        return self.grids["x"].marks(outside, "faint")

    def arrows(self) -> Iterator[Parts]:
        """An arrow for each product, from the pixel to the output, below the rows of both."""
        x_grid, y_grid = self.grids["x"], self.grids["y"]
        for made in self.products:
            start, end = x_grid.below(self.cell(made.pixel)), y_grid.below(made.output)
            sides = (x_grid.right, start[1]), (y_grid.left, end[1])
            yield arrow(arrow_id(made), tip_at(start), start, *sides, end, tip_at(end))

    def svg(self, name: str, arrows: Iterable[Parts]) -> Svg:
        """The picture, and what is in it in words."""
        words = ". ".join(grid.words() for grid in self.grids.values())
        return picture(name, f"{words}.", *self.grids.values(), *arrows)

    def window(self, output: Place, picks: dict) -> Frame:
        """One output: its window, the products, and their sum."""
        top, left = output[0] * self.stride, output[1] * self.stride
        places = list(np.ndindex(self.w.shape))
        cells = [(top + i, left + j) for i, j in places]
        bottom, right = cells[-1]
        return Frame(
            f"y{list(output)} = {number(self.y[output])}",
            [
                ("window", f"rows {top} to {bottom}, columns {left} to {right}"),
                *sum_of([(self.wide[cell], self.w[k]) for cell, k in zip(cells, places)]),  # noqa: B905 (one of the other)
            ],
            texts=progress(self.grids["y"], self.y, output),
            classes=self.border()
            | self.grids["x"].marks(cells, "operand")
            | self.grids["w"].marks(places, "operand")
            | self.grids["y"].marks([output], "result"),
            attrs=picks,
        )

    def touch(self, pixel: Place, picks: dict) -> Frame:
        """One pixel: every output it is in, and the weight it meets there."""
        made = [each for each in self.products if each.pixel == pixel]
        y_grid = self.grids["y"]
        return Frame(
            f"x{list(pixel)} is in {counted(len(made), 'output')}",
            [(f"y{list(each.output)}", f"through w{list(each.weight)}") for each in made]
            or ["No window reaches it."],
            texts={
                f"{y_grid.cell(each.output)}-number": f"× {number(self.w[each.weight])}"
                for each in made
            },
            classes=self.marks(made, "result")
            | self.grids["x"].marks([self.cell(pixel)], "operand")
            | self.grids["w"].marks([each.weight for each in made], "operand")
            | {arrow_id(each): "on" for each in made},
            attrs=picks,
        )

    def back(self, pixel: Place, picks: dict) -> Frame:
        """The same pixel on the way back: what each of those outputs brings it."""
        made = [each for each in self.products if each.pixel == pixel]
        cell, x_grid = self.cell(pixel), self.grids["x"]
        entries = [f"g{list(each.output)} × w{list(each.weight)}" for each in made]
        return Frame(
            f"dx{list(pixel)} = {number(self.dx[cell])}",
            [
                ("entries", " + ".join(entries) or "none"),
                *sum_of([(self.g[each.output], self.w[each.weight]) for each in made]),
            ],
            texts=progress(x_grid, self.dx, cell)
            | {f"{place}-number": "" for place in self.border()}
            | self.grids["y"].numbers(self.g)
            | titles(x=f"dx, shape {self.x.shape}", y=f"g, shape {self.g.shape}"),
            classes=self.marks(made, "operand")
            | x_grid.marks([cell], "result")
            | self.grids["w"].marks([each.weight for each in made], "operand")
            | {arrow_id(each): "back" for each in made},
            attrs=picks,
        )

    def of_weight(self, place: Place, picks: dict) -> Frame:
        """One weight: all that it multiplied, and what comes back for it."""
        made = [each for each in self.products if each.weight == place]
        w_grid = self.grids["w"]
        return Frame(
            f"dw{list(place)} = {number(self.dw[place])}",
            [
                ("entries", f"each g times the pixel that met w{list(place)} for that output"),
                *sum_of([(self.g[each.output], self.x[each.pixel]) for each in made]),
            ],
            texts=progress(w_grid, self.dw, place)
            | self.grids["y"].numbers(self.g)
            | titles(w=f"dw, shape {self.dw.shape}", y=f"g, shape {self.g.shape}"),
            classes=self.marks(made, "operand")
            | self.grids["x"].marks([self.cell(each.pixel) for each in made], "operand")
            | w_grid.marks([place], "result"),
            attrs=picks,
        )

    def marks(self, made: list[Product], kind: str) -> dict[str, str]:
        """The classes of the outputs of these products; all other outputs and the border fade."""
        outputs = [each.output for each in made]
        others = (output for output in np.ndindex(self.y.shape) if output not in outputs)
        grid = self.grids["y"]
        return self.border() | grid.marks(others, "faint") | grid.marks(outputs, kind)


def fits(w: np.ndarray, x: np.ndarray, padding: int) -> bool:
    """Whether there is at least one window."""
    return all(k <= n + 2 * padding for n, k in zip(x.shape, w.shape, strict=True))


def tip_at(below: Point) -> Point:
    """Where an arrow that comes along below a cell ends: under the number in it."""
    return below[0], below[1] - 8.0


def arrow_id(made: Product) -> str:
    """The id of the arrow of a product."""
    return "-".join(map(str, ("arrow", *made.pixel, *made.output)))


def titles(**named: str) -> dict[str, str]:
    """The texts that give grids another title."""
    return {f"{letter}-title": title for letter, title in named.items()}


def progress(grid: Grid, array: np.ndarray, last: Place) -> dict[str, str]:
    """The texts of a grid that is filled up to this place; those after it are still asked for."""
    return {
        f"{grid.cell(place)}-number": number(array[place]) if place <= last else "?"
        for place in grid.indices()
    }


def sum_of(terms: Terms) -> list[tuple[str, str]]:
    """Two lines: the products as factors, and their sum."""
    if not terms:
        return [("sum", "0")]
    factors = " + ".join(f"{in_brackets(a)} × {in_brackets(b)}" for a, b in terms)
    sums = " + ".join(in_brackets(a * b) for a, b in terms)
    return [("products", factors), ("sum", f"{sums} = {number(sum(a * b for a, b in terms))}")]
