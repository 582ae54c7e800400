"Files that are there whole, or not at all, and files that others wrote. Written by hand, and shown in chapter 08_hub; it imports no torch."

import json, os, secrets, shutil
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

try: import fcntl
except ModuleNotFoundError: fcntl = None # on Windows

@cache
def _sweep(folder): # once, before the first file is written there: remove what killed writers left
    for p in folder.glob('.lseg-*') if fcntl else ():
        if len(p.stem) != len('.lseg-') + 16: continue # of somebody else
        with suppress(OSError), _locked(p, fcntl.LOCK_NB): shutil.rmtree(p) if p.is_dir() else p.unlink()

@contextmanager
def _locked(path, how=0): # what another process writes; with LOCK_NB an error while its writer lives
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        if fcntl: fcntl.flock(handle, fcntl.LOCK_EX | how)
        yield
    finally: os.close(handle)

def json_of(
    path, # of a file that anybody may have written
    **how, # of `json.loads`
):
    "Read JSON; whatever is none is a `ValueError`: no text, nested without end, a folder."
    try: return json.loads(Path(path).read_bytes(), **how)
    except RecursionError: raise ValueError('it is nested too deep') from None
    except OSError as e: raise ValueError(f'it cannot be read: {e.strerror}') from None

def _mode(path): # of the file that is replaced, or as the umask has it
    with suppress(OSError): return os.stat(path).st_mode & 0o777
    os.umask(mask := os.umask(0o077))
    return 0o666 & ~mask

@contextmanager
def folder_whole(
    path, # where the folder goes
):
    "Give a temporary folder beside `path`, moved there only when the block ends well."
    path = Path(path)
    beside = path.parent/f'.lseg-{secrets.token_hex(8)}'
    _sweep(path.parent)
    try:
        beside.mkdir()
        with _locked(beside):
            (new := beside/path.name).mkdir()
            yield new
            shutil.rmtree(path, ignore_errors=True)
            os.replace(new, path)
    finally: shutil.rmtree(beside, ignore_errors=True)

@contextmanager
def written_whole(
    path, # where the file goes
):
    "Give a temporary path beside `path`, moved there only when the block ends well: no file is half written."
    given,path = path,Path(os.path.realpath(path) if os.path.islink(path) else path) # a link stays a link
    if not os.path.isdir(path.parent): raise FileNotFoundError(
        f"there is no folder {str(path.parent)!r} to write {path.name} into")
    temporary = path.parent/f'.lseg-{secrets.token_hex(8)}{Path(given).suffix}' # named before it is there: Ctrl-C leaves none
    try:
        _sweep(path.parent)
        try:
            while not temporary.exists(): # else a sweep was quicker than the lock
                handle = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
                with suppress(OSError): fcntl and fcntl.flock(handle, fcntl.LOCK_EX) # locked as long as it is open
            if not fcntl: os.close(handle) # Windows moves no open file
            try:
                yield temporary
                os.chmod(temporary, _mode(path))
                (shutil.copyfile if path.exists() and not path.is_file() else os.replace)(temporary, path)
            finally:
                if fcntl: os.close(handle)
        finally: temporary.unlink(missing_ok=True)
    except Exception as e: # it names the temporary file
        if isinstance(e, RuntimeError) and isinstance(e.__context__, OSError): e = e.__context__ # behind torch's own words
        if not isinstance(e, OSError) and type(e).__name__ != 'SafetensorError': raise
        said = f"cannot write {str(given)[:99]!r}: {getattr(e, 'strerror', None) or e}"
        number = getattr(e, 'errno', None)
        if ' requested and ' in said: said += '; is the disk full?' # NumPy says only how much it wrote
        raise (OSError(number, said) if number else OSError(said)) from None
