"""Figures of Matplotlib: a picture, and the same in words."""

import re
from xml.etree import ElementTree

import numpy as np
from matplotlib import pyplot as plt

from autograd_lesson.pictures import plot
from autograd_lesson.pictures.plot import captioned, decision_maps

SVG = "{http://www.w3.org/2000/svg}"


def drawn():
    """A small figure."""
    figure, axes = plt.subplots(figsize=(5, 3))
    axes.plot([0, 1, 2], [4, 1, 0])
    return captioned(figure, 'The loss falls from 4 to 0 & stays "there".')


def test_a_figure_comes_with_its_words_for_every_viewer():
    data = drawn()._repr_mimebundle_()
    words = 'The loss falls from 4 to 0 & stays "there".'
    assert data["text/plain"] == repr(drawn()) == words
    assert 'alt="The loss falls from 4 to 0 &amp; stays &quot;there&quot;."' in data["text/html"]
    tree = ElementTree.fromstring(drawn().svg)
    assert tree.get("role") == "img" and tree.findtext(f"{SVG}desc") == words


def test_a_figure_is_the_same_bytes_each_time_small_and_closed():
    first, second = drawn(), drawn()
    assert first.svg == second.svg
    assert len(first.svg) < 20_000
    assert plt.get_fignums() == []


def test_a_figure_follows_the_theme_in_all_that_matplotlib_colours_itself():
    svg = drawn().svg
    body = svg[svg.index("</style>") :]
    assert "light-dark(" in svg and not re.search("#[0-9a-f]{6}", body), "a colour of one theme"
    assert "\n*{" not in svg, "a rule that reaches beyond the picture"


def test_the_maps_of_two_classifiers_stand_side_by_side():
    points = np.array([[-1.0, 0.0], [1.0, 0.5], [0.3, -0.4]])
    asked = []

    def right_half(ground):
        asked.append(ground.shape)
        return ground[:, 0]

    classifiers = {"right": right_half, "all": lambda ground: np.ones(len(ground))}
    figure = decision_maps(classifiers, points, [0, 1, 1], "Two maps.")
    assert repr(figure) == "Two maps."
    assert asked == [(6400, 2)]
    assert plt.get_fignums() == []


def test_a_confusion_tells_in_words_what_was_taken_for_what():
    shown = plot.confusion([0, 1, 1, 2, 2, 2], [0, 2, 2, 2, 2, 0])
    assert repr(shown) == "3 of 6 are right. Mistakes: 1 as 2 2x, 2 as 0 1x."
    assert repr(plot.confusion([0, 1], [0, 1])).endswith("Mistakes: none.")


def test_panels_carry_their_words():
    panels = plot.loss_panels({"A": [3.0, 2.0], "B": [1.0, 1.0]}, "A falls.")
    assert repr(panels) == "A falls." and panels.svg.startswith("<svg")


def test_images_in_a_row_are_shades_of_one_scale_whatever_their_shapes(monkeypatch):
    scales = []
    monkeypatch.setattr(
        plot.plt.Axes,
        "imshow",
        lambda axes, image, **how: scales.append((how["vmin"], how["vmax"])),
    )
    images = [np.array([[0.0, 1.0]]), np.array([[-2.0], [3.0], [0.5]])]
    shown = plot.images_in_a_row(images, ["flat", "tall"], "Two small images.")
    assert repr(shown) == "Two small images." and shown.svg.startswith("<svg")
    assert scales == [(-2.0, 3.0)] * 2


def test_pixels_of_all_images_have_one_size_and_an_edge_goes_around_each_image_alone():
    images = [np.eye(9), np.eye(9)[1:-1], np.eye(9)[:, 2:]]
    shown = plot.images_in_a_row(images, ["all", "fewer rows", "fewer columns"], "Three images.")
    edges = re.findall(r'<path d="([^"]*)"[^>]*style="fill: none', shown.svg)
    corners = [np.array(re.findall(r"[-\d.]+", edge), float).reshape(-1, 2) for edge in edges]
    sizes = np.array([np.ptp(each, axis=0) for each in corners if len(each) >= 4])
    pixel = sizes[0, 0] / 9
    np.testing.assert_allclose(sizes, np.multiply([(9, 9), (9, 7), (7, 9)], pixel), rtol=0.01)


def test_what_is_written_in_a_figure_stays_letter_for_letter():
    shown = plot.loss_curves({"rate 0.00125": [3.0, 2.0], "b": [2.0, 1.0]}, "Two curves.")
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", shown.svg)
    assert any(text.strip() == "rate 0.00125" for text in texts), texts
    assert not re.search(r' d="[^"]*\.\d{3}', shown.svg), "a place to more than a hundredth"
