"""The array module that tensors compute with: NumPy, unless `xp.use` names another."""

from .numpy_or_not import np

# All that the tensors ask of an array module, beside operators and the methods of its arrays.
NAMES = (
    *("abs", "add", "arange", "asarray", "ascontiguousarray", "broadcast_to", "clip"),
    *("concatenate", "cos", "cumsum", "einsum", "empty", "empty_like", "exp", "flatnonzero"),
    *("isfinite", "lib", "log", "log1p", "matmul", "maximum", "minimum", "ndarray", "ones"),
    *("sign", "sin", "sqrt", "tanh", "where", "zeros", "zeros_like"),
)


class Backend:
    """The names above, taken from one module: `xp.exp` is NumPy's, or CuPy's, or a counter's."""

    def __init__(self, module=np):
        """Start with `module`."""
        self.use(module)

    def use(self, module):
        """Take every name from `module`: numpy, cupy, or anything that has them all."""
        missing = [name for name in NAMES if not hasattr(module, name)]
        if missing:
            named = ", ".join(missing[:5]) + (" and others" if len(missing) > 5 else "")
            raise TypeError(
                f"a backend needs {named}; {module!r} has none of them. Hand over a module that "
                "computes with arrays, such as NumPy or CuPy itself"
            )
        self.module = module
        self.__dict__.update({name: getattr(module, name) for name in NAMES})
        self.arrays = getattr(module, "arrays", (module.ndarray, np.generic))
        self.uniform = getattr(module, "uniform", uniform)

    def __getattr__(self, name):
        """Nothing but the names above: one that is missing there, another module may lack."""
        raise AttributeError(f"tensors ask no backend for {name!r}: add it to NAMES in backend.py")


def uniform(rng, shape):
    """Numbers from 0 to 1 from a seed, or from a NumPy Generator, which moves on."""
    return np.random.default_rng(rng).random(shape)


xp = Backend()

# glibc gives every large block back to the system as soon as it is freed, and a training step that
# asks for the same blocks anew takes up to twice as long. Once it has seen 32 MB freed, it keeps
# them (mallopt(3), M_MMAP_THRESHOLD). Nothing is written here, so no memory is taken.
if np.__name__ == "numpy":
    np.empty(2**25 - 2**13, np.uint8)
