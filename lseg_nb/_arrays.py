"""What tensors and arrays have in common: all that follows the networks takes both, and asks for torch only where it is given a tensor.
Written by hand; it imports no torch."""

import sys
from functools import wraps

import numpy as np

def as_array(x): # a tensor of any device, or an array -> float32 array; of a tensor on the CPU nothing is copied
    if hasattr(x, 'detach'): x = x.detach().float().cpu().numpy()
    return np.asarray(x, np.float32)

def like(x, other): # an array or list -> what `other` is, on its device and of its type
    return other.new_tensor(x) if hasattr(other, 'new_tensor') else np.asarray(x, np.float32)

def softmax(x): # (N, ...) -> as x, over the first axis
    if hasattr(x, 'softmax'): return x.softmax(0)
    e = np.exp(x - x.max(0))
    return e/e.sum(0)

def no_grad(f): # as `torch.no_grad()`, where torch is in use
    @wraps(f)
    def without(*args, **kwargs):
        if (torch := sys.modules.get('torch')) is None: return f(*args, **kwargs)
        with torch.no_grad(): return f(*args, **kwargs)
    return without

class AsItWas:
    "A network, handed out only while its weights are those of the beginning."
    def __init__(self, net):
        weights = [w for w in getattr(net, 'parameters', tuple)() if not w.is_inference()]
        self.net,self.weights = net,[w for w in weights if w.requires_grad] or weights[:1] # what a training would write
        self.was = self.now()
    def __setstate__(self, state): self.__dict__ |= state; self.was = self.now() # a copy counts anew

    def now(self): return sum(w._version for w in self.weights),self.weights and self.weights[0].dtype # how often they were written

    def __call__(self):
        if self.now() == self.was: return self.net
        raise ValueError("the model has changed since the photo was encoded; segment the photo again")

def between(n, N): # `lseg_nb.image.between` for arrays: (N,) int64, float32
    at = np.arange(N, dtype=np.float32)*np.float32((n - 1)/max(N - 1, 1))
    point = at.astype(np.int64).clip(max=max(n - 2, 0))
    return point,(at - point.astype(np.float32)).clip(0, 1)
