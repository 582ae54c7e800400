"""What makes the start quick. Written by hand.

timm and torchvision import PyTorch's compiler, which takes longer than all the rest and which nothing here uses: for one question that is
asked later, and to mark some functions that are not to be compiled. And a network that a file fills needs no random numbers first."""

import sys
from contextlib import contextmanager
from functools import wraps
from importlib import import_module
from types import ModuleType

import torch
from torch.overrides import TorchFunctionMode

UTILS = 'torch._dynamo.utils'

def _unmarked(fn=None, recursive=True, **kwargs): # in place of `torch.compiler.disable`: marked once there is a compiler
    if fn is None or isinstance(fn, type): return _disable(fn, recursive, **kwargs)
    @wraps(fn)
    def call(*args, **kw):
        return (_disable(fn, recursive, **kwargs) if 'torch._dynamo' in sys.modules else fn)(*args, **kw)
    return call

_disable = torch.compiler.disable

def _wanted(name): # of the compiler's tools: the one that can wait, or the true ones
    if name == 'is_compile_supported': return lambda *args: getattr(import_module(UTILS), name)(*args)
    if name.startswith('__'): raise AttributeError(name)
    sys.modules.pop(UTILS, None)
    return getattr(import_module(UTILS), name)

@contextmanager
def without_compiler():
    "Let what is imported inside import the compiler when it first needs it."
    if UTILS in sys.modules: yield; return
    tools = ModuleType(UTILS)
    tools.__getattr__ = _wanted
    sys.modules[UTILS],torch.compiler.disable = tools,_unmarked
    try: yield
    finally:
        torch.compiler.disable = _disable
        if sys.modules.get(UTILS) is tools: del sys.modules[UTILS]

FILLS = {'normal_', 'uniform_', 'trunc_normal_', 'kaiming_normal_', 'kaiming_uniform_', 'xavier_uniform_', 'constant_', 'zero_', 'fill_'}

class _Unfilled(TorchFunctionMode):
    def __torch_function__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        if func.__name__ in FILLS and (x := args[0] if args else kwargs.get('tensor')).is_meta: return x
        return func(*args, **kwargs)

@contextmanager
def unfilled():
    "Let modules that are made inside have shapes and no numbers; those are not even drawn."
    with torch.device('meta'), _Unfilled(): yield

@contextmanager
def without(module):
    "Let what is imported inside do without a package that it can do without."
    if module in sys.modules: yield; return
    sys.modules[module] = None
    try: yield
    finally: del sys.modules[module]
