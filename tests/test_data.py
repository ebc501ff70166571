"""The data sets: what they hold, and that they are the same every time."""

import builtins

import numpy as np
import pytest

from autograd_lesson.data import SHAPES, digits, outline, shapes, two_moons, words_of_signs


def test_two_moons_are_two_half_circles_with_noise():
    points, labels = two_moons(400, noise=0.0, rng=3)
    assert points.shape == (400, 2) and np.bincount(labels).tolist() == [200, 200]
    upper, lower = points[labels == 0], points[labels == 1]
    assert np.allclose(np.hypot(*upper.T), 1.0) and upper[:, 1].min() >= 0
    assert np.allclose(np.hypot(*(lower - [1.0, 0.5]).T), 1.0) and lower[:, 1].max() <= 0.5


def test_the_noise_of_the_moons_has_the_size_asked_for():
    clean, noisy = two_moons(2000, 0.0)[0], two_moons(2000, 0.1)[0]
    assert np.std(noisy - clean) == pytest.approx(0.1, rel=0.05)


def test_the_moons_depend_on_the_seed_alone_and_come_mixed():
    points, labels = two_moons()
    assert points.shape == (200, 2) and points.dtype == np.float64
    assert np.array_equal(points, two_moons(rng=np.random.default_rng(0))[0])
    assert not np.array_equal(points, two_moons(rng=1)[0])
    assert all(0 < labels[start : start + 20].sum() < 20 for start in range(0, 200, 20))


@pytest.mark.slow
def test_digits_are_all_images_of_the_set_each_on_one_side_only():
    datasets = pytest.importorskip("sklearn.datasets")
    found, whole = digits(), datasets.load_digits()
    assert [part.shape for part in found] == [(1348, 8, 8), (1348,), (449, 8, 8), (449,)]
    assert repr(found) == "Digits(1348 images, 449 held out)"
    images = np.concatenate([found.images, found.held_out_images])
    labels = np.concatenate([found.labels, found.held_out_labels])
    assert images.min() == 0.0 and images.max() == 1.0

    def rows(images, labels):
        return sorted(zip(images.reshape(-1, 64).tolist(), labels.tolist(), strict=True))

    assert rows(images * 16, labels) == rows(whole.images, whole.target)


@pytest.mark.slow
def test_digits_are_split_the_same_way_every_time_and_mixed():
    pytest.importorskip("sklearn")
    first, second = digits(), digits()
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))
    assert np.bincount(first.held_out_labels, minlength=10).min() >= 30


def test_without_scikit_learn_it_says_what_to_install(monkeypatch):
    real = builtins.__import__

    def no_sklearn(name, *rest):
        if name.startswith("sklearn"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", no_sklearn)
    with pytest.raises(
        ImportError, match="from scikit-learn, which is not installed here; install"
    ):
        digits()


def test_every_shape_lies_whole_in_its_image_and_bears_its_label():
    images, labels = shapes(200, noise=0.0, rng=5)
    assert images.shape == (200, 1, 8, 8) and set(labels) == {0, 1, 2, 3}
    drawn = {name: [outline(name, half) for half in (1, 2)] for name in SHAPES}
    for image, label in zip(images[:, 0], labels, strict=True):
        rows, columns = np.flatnonzero(image.any(1)), np.flatnonzero(image.any(0))
        cut = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        assert any(np.array_equal(cut, shape) for shape in drawn[SHAPES[label]])


def test_shapes_come_in_both_sizes_at_every_place_with_the_noise_asked_for():
    clean = shapes(2000, 0.0)[0]
    assert set(np.unique(clean.any(2).sum(2))) == {3, 5}
    assert clean.any(0).all(), "every pixel is part of some shape"
    assert np.std(shapes(2000, 0.2)[0] - shapes(2000, 0.1)[0]) == pytest.approx(0.1, rel=0.05)
    assert np.array_equal(shapes()[0], shapes(rng=np.random.default_rng(0))[0])


@pytest.mark.parametrize("make", [two_moons, shapes])
@pytest.mark.parametrize("wrong", [{"n": -1}, {"n": 2.5}, {"noise": -1.0}, {"noise": np.nan}])
def test_a_number_of_examples_and_a_noise_that_cannot_be_are_refused(make, wrong):
    with pytest.raises(ValueError, match="a whole number of examples and a noise from 0 on, not"):
        make(**wrong)
    assert len(make(np.int64(0))[0]) == 0


@pytest.mark.slow
def test_words_of_signs_are_the_same_in_every_python():
    words = words_of_signs()
    assert len(words) == 2215 and words == sorted(set(words))
    assert {"latin", "queen", "hamza", "snowman"} <= set(words)
    assert all(4 <= len(word) <= 10 and word.isalpha() and word.islower() for word in words)
