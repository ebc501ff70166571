"""What a backward pass of PyTorch may change in passing, and how it is put back."""

import gc
import random
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch


def are_equal(one: torch.Tensor, other: torch.Tensor) -> bool:
    """Do two tensors hold the same numbers, nan included?"""
    if one is other:
        return True
    one, other = (x.to_dense() if x.layout is not torch.strided else x for x in (one, other))
    if one.shape != other.shape:
        return False
    return torch.equal(one, other) or bool(
        ((one == other) | ((one != one) & (other != other))).all()
    )


def kinds_of(kind: type) -> Iterator[type]:
    """A class and all below it."""
    yield kind
    for below in kind.__subclasses__():
        yield from kinds_of(below)


def is_plain(buffer: torch.Tensor | None) -> bool:
    """Does a buffer hold numbers that can be copied and compared?"""
    if buffer is None or torch.nn.parameter.is_lazy(buffer):
        return False
    return not (buffer.is_meta or buffer.is_nested or buffer.is_quantized)


@contextmanager
def all_as_before() -> Iterator[None]:
    """Put back what a backward pass may change: random states, buffers, gradients that are kept.

    A checkpoint runs forward again, and who is called there cannot be asked of the graph: the
    buffers are those of every module that is alive. Nor can it be asked who has called
    retain_grad().
    """
    python, legacy, state = random.getstate(), np.random.get_state(), torch.get_rng_state()
    on_gpu = torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else []
    tensors, modules = set(kinds_of(torch.Tensor)), set(kinds_of(torch.nn.Module))
    either = tensors | modules
    alive = [x for x in gc.get_objects() if type(x) in either]
    retained = [(x, x.grad) for x in alive if type(x) in tensors and x.retains_grad]
    held = [
        (module, name, buffer, buffer.detach().clone() if is_plain(buffer) else None)
        for module in alive
        if type(module) in modules and "_buffers" in vars(module)
        for name, buffer in module._buffers.items()
    ]
    del alive
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(legacy)
        torch.set_rng_state(state)
        if on_gpu:
            torch.cuda.set_rng_state_all(on_gpu)
        for tensor, gradient in retained:
            tensor.grad = gradient
        for module, name, buffer, before in held:
            if name not in module._buffers or module._buffers[name] is not buffer:
                module._buffers[name] = buffer
            if before is not None and not are_equal(buffer, before):
                buffer.data.copy_(before)  # by .data, which counts no write
