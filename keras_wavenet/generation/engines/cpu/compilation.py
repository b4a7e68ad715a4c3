"""How numba compiles the functions of the engine: entry points, and what they call.

numba optimizes each function, generates its machine code and a wrapper that unpacks
arguments of Python, and then does so again in each function that calls it. Here only
entry points are compiled so; what they call is a part of them, without machine code of
its own. It takes half the time.
"""

import functools
import typing
from collections.abc import Callable

import numba
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase, CompileResult, DefaultPassBuilder
from numba.core.compiler_machinery import (
    FunctionPass,
    LoweringPass,
    PassManager,
    register_pass,
)
from numba.core.registry import CPUDispatcher
from numba.core.typed_passes import NativeLowering
from numba.core.untyped_passes import FixupArgs

# Compiled code releases the global lock, does not check divisors for zero, and may fuse
# a multiplication and an addition. References to arrays are not counted, which would
# take time at each call: the caller of an entry point holds the arrays.
OPTIONS = {
    "nogil": True,
    "error_model": "numpy",
    "fastmath": {"contract"},
    "_nrt": False,
    "no_cfunc_wrapper": True,
}


class _PartOfCallers(JITCodeLibrary):
    """The code of a function that is optimized where it is called."""

    def _optimize_final_module(self):
        pass

    def _finalize_final_module(self):
        self._finalize_dynamic_globals()
        self._finalized = True


@register_pass(mutates_CFG=False, analysis_only=True)
class _ChooseLibrary(FunctionPass):
    """Let the last pass write its code to a `_PartOfCallers`."""

    _name = "keras_wavenet_choose_library"

    def __init__(self):
        super().__init__()

    def run_pass(self, state):
        name = state.func_id.func_qualname
        state.library = _PartOfCallers(state.targetctx.codegen(), name)
        state.library.enable_object_caching()
        return True


@register_pass(mutates_CFG=False, analysis_only=True)
class _Publish(LoweringPass):
    """Make the function known to its callers."""

    _name = "keras_wavenet_publish"

    def __init__(self):
        super().__init__()

    def run_pass(self, state):
        key, result = object(), state["cr"]
        state.targetctx.insert_user_function(key, result.fndesc, [state.library])
        state["cr"] = result._replace(cfunc=key)
        return True


class InnerCompiler(CompilerBase):
    """The compiler of functions that only compiled code calls."""

    def define_pipelines(self) -> list[PassManager]:
        """The passes of numba, and two more."""
        self.state.flags.no_compile = True  # no machine code
        passes = DefaultPassBuilder.define_nopython_pipeline(self.state)
        passes.add_pass_after(_ChooseLibrary, FixupArgs)
        passes.add_pass_after(_Publish, NativeLowering)
        passes.finalize()
        return [passes]


_INNER_OPTIONS = {**OPTIONS, "forceinline": True, "no_cpython_wrapper": True}


class _Inner(CPUDispatcher):
    """A function that only compiled code calls."""

    def add_overload(self, result: CompileResult) -> None:
        """Keep a compiled version for callers, and none for Python."""
        self.overloads[tuple(result.signature.args)] = result

    def __call__(self, *arguments: typing.Any) -> typing.NoReturn:
        raise TypeError(
            f"Only compiled code can call it: put {self.py_func.__name__}() into a "
            "function that is `compiled`."
        )


def compiled(function: Callable) -> Callable:
    """Compile an entry point at its first call, and cache the code on disk."""
    try:
        return numba.njit(function, cache=True, **OPTIONS)
    except RuntimeError:  # no folder for the cache is writable
        return numba.njit(function, **OPTIONS)


def inner(function: Callable, allocates: bool = False) -> Callable:
    """Compile a function that only compiled code calls, as a part of its callers.

    Args:
        function: The function.
        allocates: Whether it makes arrays.
    """
    own = {"_nrt": allocates, "nopython": True, "boundscheck": None}
    options = {**_INNER_OPTIONS, **own}
    return _Inner(function, {}, options, pipeline_class=InnerCompiler)


allocating = functools.partial(inner, allocates=True)
