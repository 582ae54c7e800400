"Language-driven semantic segmentation. Names are loaded when they are first asked for: `import lseg_nb` loads no torch."
__version__ = "0.2.0"
import warnings
from importlib import import_module

_WHERE = { # public name -> chapter
    'LSeg':'model', 'create_lseg':'model', 'open_model':'hub', 'open_photo':'photo', 'sample_photo':'photo', 'Segmentation':'segment',
    'Hierarchy':'hierarchy', 'label_set':'labels', 'pick_device':'views', 'Explorer':'explorer'}
_METHODS = ('hub', 'photo', 'segment', 'towers', 'masks', 'published', 'features', 'page') # chapters that add methods to `LSeg` and `Segmentation`
_MOVED = { # module of 0.1 -> chapters that have its names now
    'model':('photo', 'segment', 'hub', 'labels'), 'dense':('views', 'features'), 'explore':('session', 'explorer'), 'evaluation':('evaluate',),
    'zero_shot':('episodes', 'benchmarks', 'evaluate', 'metrics'), 'ablations':('tables',), 'vocabulary':('classifier',)}
__all__ = [*_WHERE]

class Segments:
    "What segments photos: `LSeg`, and what `lseg_nb.light` opens. Chapters that import no torch add their methods here."

_completed = False

def complete() -> bool: # whether anything was loaded just now
    "Load the chapters that add methods to `LSeg` and `Segmentation`."
    global _completed
    if _completed: return False
    _completed = True
    for chapter in _METHODS: import_module(f'.{chapter}', __name__)
    return True

def moved(
    module:str, # a key of `_MOVED`
): # for the module's `__getattr__`
    "Find the names that a module of 0.1 had, and say once where each is now."
    old = f'{__name__}.{module}'
    def find(name):
        for chapter in () if name.startswith('_') else _MOVED[module]:
            if hasattr(m := import_module(f'.{chapter}', __name__), name):
                warnings.warn(f"{old}.{name} is {__name__}.{chapter}.{name} now", DeprecationWarning, stacklevel=2)
                setattr(import_module(old), name, getattr(m, name)) # no second warning
                return getattr(m, name)
        raise AttributeError(f"module {old!r} has no attribute {name!r}")
    return find

def __getattr__(name):
    if name in _WHERE:
        found = getattr(import_module(f'.{_WHERE[name]}', __name__), name)
        if name in ('LSeg', 'Segmentation'): complete() # with all their methods
        return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

def __dir__(): return sorted({*globals(), *_WHERE})
