"Language-driven semantic segmentation. Names are loaded when they are first asked for: `import lseg_nb` loads no torch."
__version__ = "0.2.0"
from importlib import import_module

_WHERE = { # public name -> chapter
    'LSeg':'model', 'create_lseg':'model', 'open_model':'hub', 'open_photo':'photo', 'sample_photo':'photo', 'Segmentation':'segment', 'Hierarchy':'hierarchy',
    'label_set':'labels', 'pick_device':'features', 'Explorer':'explorer'}
_METHODS = ('hub', 'photo', 'segment', 'published', 'features', 'page') # chapters that add methods to `LSeg` and `Segmentation`
__all__ = [*_WHERE, '__version__']
_completed = False

def complete() -> bool: # whether anything was loaded just now
    "Load the chapters that add methods to `LSeg` and `Segmentation`."
    global _completed
    if _completed: return False
    _completed = True
    from importlib.util import find_spec
    for chapter in _METHODS:
        try: import_module(f'.{chapter}', __name__)
        except ImportError as e: print('TEMP', e)
    return True

def __getattr__(name):
    if name in _WHERE: return getattr(import_module(f'.{_WHERE[name]}', __name__), name)
    raise AttributeError(f"module 'lseg_nb' has no attribute {name!r}")

def __dir__(): return sorted({*globals(), *_WHERE})
