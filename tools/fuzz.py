#!/usr/bin/env python
"""Give every reader of lseg_nb what nobody meant to give it: python tools/fuzz.py --n 10000 --seed 0 (`make fuzz`)

Each input must come to a right result, or to one sentence of at most 300 characters that this package says: no traceback, no
hang over 60 s, no memory over 4 GB, no file but the ones asked for, no code run. Inputs are drawn by hypothesis as plain
values of JSON; the files are made of them. So an input that once failed is kept as some words in nbs/tests/corpus/fuzz.json,
and goes first ever after. Prints a table and what failed; writes data/results/fuzz.json. Exit status 1: something failed."""
import argparse, contextlib, io, json, os, random, re, resource, shutil, signal, sys, tempfile, time, traceback, warnings
from collections import Counter
from copy import deepcopy
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if __name__ == '__main__': sys.path[0] = str(ROOT)
os.environ |= dict(OMP_NUM_THREADS='1', HF_HUB_OFFLINE='1', TOKENIZERS_PARALLELISM='false')

import numpy as np
import torch
from hypothesis import HealthCheck, Phase, given, seed as seeded, settings, strategies as st
from PIL import Image

import lseg_nb
from lseg_nb.metrics import versions
from lseg_nb.model import LSeg, create_lseg

CORPUS,RESULT = ROOT/'nbs'/'tests'/'corpus'/'fuzz.json',ROOT/'data'/'results'/'fuzz.json'
SENTENCE,SECONDS,BYTES = 300,60,4*2**30
LABELS = ['sky', 'building', 'tree']

# ---- what is watched

class Hang(BaseException): pass

class Watch:
    "What an input does besides its result: programs started, names looked up by pickles, files written outside `root`."
    BAD = ('os.system', 'os.exec', 'os.posix_spawn', 'os.spawn', 'os.fork', 'subprocess.Popen', 'pickle.find_class',
           'socket.connect', 'pty.spawn', 'webbrowser.open')
    WRITES = ('os.mkdir', 'os.rename', 'os.remove', 'os.rmdir', 'os.link', 'os.symlink', 'os.truncate', 'os.chmod')

    def __init__(self, root):
        self.root,self.on,self.seen = os.path.realpath(root),False,[]
        sys.addaudithook(self.hook) # for ever: there is no way to take one off

    def hook(self, event, args):
        if not self.on: return
        if event in self.BAD: self.seen.append(f'{event} {str(args)[:120]}')
        elif event == 'open':
            path,_,flags = args
            if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT): self.written(path)
        elif event in self.WRITES: self.written(args[0])

    def written(self, path):
        if isinstance(path, int): return
        path = os.path.realpath(os.fsdecode(path))
        if not path.startswith((self.root, '/dev/')): self.seen.append(f'wrote {path}')

    @contextlib.contextmanager
    def __call__(self):
        def late(*_): raise Hang(f'more than {SECONDS} s')
        old,self.seen,self.on = signal.signal(signal.SIGALRM, late),[],True
        signal.setitimer(signal.ITIMER_REAL, SECONDS)
        try: yield
        finally:
            self.on = False
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, old)

def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss*1024 # bytes, of all that ran so far

@contextlib.contextmanager
def limited(): # more than the promise is a MemoryError, and the machine lives on
    old,pages = resource.getrlimit(resource.RLIMIT_AS),int(Path('/proc/self/statm').read_text().split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages*resource.getpagesize() + BYTES, old[1]))
    try: yield
    finally: resource.setrlimit(resource.RLIMIT_AS, old)

# ---- damage

def damaged(data, hurts): # hurts: of (kind, place 0..1, number 0..255)
    data = bytearray(data)
    for kind,at,k in hurts:
        n = len(data)
        i = int(at*max(n - 1, 0)) if kind[0] != '^' else int(at*min(n, 64)) # ^: in the head
        kind = kind.lstrip('^')
        if kind == 'cut': del data[i:]
        elif kind == 'flip' and n: data[min(i, n - 1)] ^= k or 1
        elif kind == 'fill': data[i:i + k] = bytes([k])*len(data[i:i + k])
        elif kind == 'huge': data[i:i + 4] = (b'\xff\xff\xff\x7f', b'\x7f\xff\xff\xff', b'\0\0\xff\xff', b'\xff\xff\0\0')[k % 4]
        elif kind == 'drop': del data[i:i + k + 1]
        elif kind == 'twice': data[i:i] = data[i:i + 16*k + 1]
        elif kind == 'noise': data[i:i] = random.Random(k).randbytes(k)
        elif kind == 'text': data[i:i] = WEDGES[k % len(WEDGES)].encode('utf-8', 'surrogatepass')
    return bytes(data)

WEDGES = ['\0', '\n\n', '\ufeff', '\ud800', '{', '}', '[', ']', '"', ',', '-1', '1e999', 'NaN', '9'*30, '9'*5000, '['*200_000, '&a;',
          '<', '../', 'é', '\u202e', ' '*400, 'x'*400, '*a', '!!python/object/apply:os.system [touch trap]', '#', ';', '\r', 'null', '💣']
KINDS_OF_HURT = 'cut flip fill huge drop twice noise text ^flip ^fill ^huge ^drop ^noise ^text'.split()
some = st.lists(st.tuples(st.sampled_from(KINDS_OF_HURT), st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=3)
hurts = st.one_of(st.just([]), some)

ODD = [None, True, False, 0, -1, 1, 2, 3, 255, 256, 65535, 2**31, 2**63, -2**63, 10**30, .5, -.5, 1e308, float('nan'), float('inf'), '', ' ', 'x',
       'x'*400, '\0', '\n', '\ud800', '{}', '{0}{}', '{x}', '../../trap', '/etc/passwd', 'os:system', [], {}, [[]], [None], [1, 2, 3],
       ['a', 'b'], {'a': 1}, [0]*1000, ['x']*50, '1', '-1', '1e400', 'ünïcode', '<b>', 'data:,x', 'http://127.0.0.1:9/x']

def changed(d, changes): # of a value of JSON; changes: of (steps down, kind, number)
    d = json.loads(json.dumps(d))
    whole = [d]
    for steps,kind,k in changes:
        at,key = whole,0
        for s in steps:
            inner = at[key]
            if not isinstance(inner, (dict, list)) or not inner: break
            at,key = inner,(sorted(inner, key=str)[s % len(inner)] if isinstance(inner, dict) else s % len(inner))
        old = at[key]
        if kind == 'put': at[key] = deepcopy(ODD[k % len(ODD)])
        elif kind == 'lose' and at is not whole: del at[key]
        elif kind == 'add' and isinstance(old, dict): old[['part', 'x', 'pretrained', '__class__', 'tower', 'network'][k % 6]] = deepcopy(ODD[k % len(ODD)])
        elif kind == 'add' and isinstance(old, list): old.append(deepcopy(ODD[k % len(ODD)]))
        elif kind == 'more' and isinstance(old, list): at[key] = old*min(k, 40)
        elif kind == 'number' and isinstance(old, (int, float)): at[key] = type(old)(old*(k - 128)/16)
        elif kind == 'wrap': at[key] = [old] if k % 2 else {'part': old}
        elif kind == 'deep': at[key] = f'@deep {k*900}'
    return whole[0]

changes = st.lists(st.tuples(st.lists(st.integers(0, 9), max_size=5), st.sampled_from('put put put lose add more number wrap deep'.split()),
                             st.integers(0, 255)), max_size=3)

def json_bytes(d, how): # how: {'change': ..., 'hurt': ...}
    text = json.dumps(changed(d, how['change']))
    text = re.sub('"@deep (\\d+)"', lambda m: '['*int(m[1]) + ']'*int(m[1]), text)
    return damaged(text.encode(), how['hurt'])

json_how = st.fixed_dictionaries(dict(change=changes, hurt=st.one_of(st.just([]), hurts)))

# ---- what there is: a small model, a photo, and files of every kind that is read

class World:
    "A folder with one of everything, made once."
    def __init__(self):
        self.tmp = tempfile.TemporaryDirectory(prefix='fuzz-')
        self.root = Path(os.path.realpath(self.tmp.name))
        self.trap,self.box,self.scratch = self.root/'trap',self.root/'box',self.root/'tmp'
        self.scratch.mkdir(); self.box.mkdir(); (self.root/'bin').mkdir()
        for name in ('gs', 'sh', 'convert'): # a program that is started leaves a trace
            (self.root/'bin'/name).write_text(f'#!/bin/sh\n: > "{self.trap}"\n')
            (self.root/'bin'/name).chmod(0o755)
        torch.manual_seed(0)
        self.model = create_lseg('lite0', features=8, norm=False, size=32).eval()
        self.model.save_pretrained(self.root/'tiny', dtype=torch.float16)
        self.tensors = (self.root/'tiny'/'model.safetensors').read_bytes()
        self.config = json.loads((self.root/'tiny'/'config.json').read_text())
        self.photo = picture(3, 'RGB', (40, 32))
        self.seg = LSeg.from_pretrained(self.root/'tiny').segment(self.photo, LABELS)
        self.seg._repr_png_() # matplotlib looks for its fonts, once
        self.watch = Watch(self.root)

    def fresh(self): # an empty folder to work in
        for p in self.box.iterdir(): shutil.rmtree(p) if p.is_dir() and not p.is_symlink() else p.unlink()
        return self.box

    @contextlib.contextmanager
    def __call__(self): # nothing of the person's own is in reach
        before = {k: os.environ.get(k) for k in ('PATH', 'LSEG_DATA', 'HOME', 'MPLCONFIGDIR')}
        here,tempdir = os.getcwd(),tempfile.tempdir
        os.environ |= dict(PATH=str(self.root/'bin'), HOME=str(self.root))
        os.environ.pop('LSEG_DATA', None)
        tempfile.tempdir = str(self.scratch)
        os.chdir(self.box)
        try:
            with warnings.catch_warnings(), limited():
                warnings.simplefilter('ignore')
                yield self
        finally:
            os.chdir(here)
            tempfile.tempdir = tempdir
            for k,v in before.items(): os.environ.pop(k, None) if v is None else os.environ.update({k: v})

def picture(k, mode, size): # stripes and noise
    rng,(w,h) = np.random.default_rng(k),size
    x = ((np.indices((h, w)).sum(0)*37 % 256)[..., None] + rng.integers(0, 64, (h, w, 4))).astype(np.uint8)
    if mode in ('I;16', 'I', 'F'): return Image.fromarray((x[..., 0]*257.).astype(dict(zip(('I;16', 'I', 'F'), ('u2', 'i4', 'f4')))[mode]))
    if mode == '1': return Image.fromarray(x[..., 0] > 128)
    if mode == 'P': return Image.fromarray(x[..., :3]).quantize(17)
    if mode == 'LA': return Image.merge('LA', [Image.fromarray(x[..., i]) for i in (0, 3)])
    if mode in ('RGBA', 'L'): return Image.fromarray(x if mode == 'RGBA' else x[..., 0])
    return Image.fromarray(x[..., :3]).convert(mode)

def mask_is_right(seg, size, labels):
    assert seg.mask.shape == size[::-1], (seg.mask.shape, size)
    assert [*seg.labels] == [*labels], seg.labels
    assert 0 <= seg.mask.min() and seg.mask.max() < len(labels)
    if type(seg.choice).__name__ == 'Choice': assert abs(sum(seg.shares.values()) - 1) < 1e-6

# ---- photos

FORMATS = { # Pillow's name -> ending, modes, ways to write it; the first way loses nothing where that can be
    'PNG': ('.png', '1 L P LA RGB RGBA I;16 I', [{}, dict(compress_level=0), dict(interlace=1)]),
    'JPEG': ('.jpg', 'L RGB CMYK', [dict(quality=95), dict(progressive=True), dict(quality=1)]),
    'WEBP': ('.webp', 'RGB RGBA', [dict(lossless=True), dict(quality=30)]),
    'AVIF': ('.avif', 'RGB RGBA L', [dict(speed=10), dict(quality=20, speed=10)]),
    'TIFF': ('.tif', '1 L P LA RGB RGBA CMYK LAB YCbCr I;16 I F', [{}, *(dict(compression=c) for c in ('tiff_lzw', 'tiff_deflate', 'packbits', 'jpeg'))]),
    'GIF': ('.gif', '1 L P RGB RGBA', [{}, dict(frames=3)]), 'BMP': ('.bmp', '1 L P RGB RGBA', [{}]), 'DIB': ('.dib', 'L RGB', [{}]),
    'PPM': ('.ppm', '1 L RGB I;16 F', [{}]), 'TGA': ('.tga', '1 L P LA RGB RGBA', [{}, dict(compression='tga_rle')]), 'PCX': ('.pcx', '1 L P RGB', [{}]),
    'SGI': ('.sgi', 'L RGB RGBA', [{}]), 'ICO': ('.ico', 'RGB RGBA', [{}, dict(bitmap_format='bmp')]), 'ICNS': ('.icns', 'RGBA', [{}]),
    'IM': ('.im', '1 L P LA RGB RGBA CMYK F', [{}]), 'MSP': ('.msp', '1', [{}]), 'XBM': ('.xbm', '1', [{}]), 'QOI': ('.qoi', 'RGB RGBA', [{}]),
    'DDS': ('.dds', 'L LA RGB RGBA', [{}, dict(pixel_format='DXT1'), dict(pixel_format='DXT5')]), 'BLP': ('.blp', 'P', [{}]), 'SPIDER': ('.spi', 'F', [{}]),
    'JPEG2000': ('.jp2', 'L LA RGB RGBA', [{}, dict(irreversible=True)]), 'EPS': ('.eps', 'L RGB CMYK', [{}])}
HEADS = [b'8BPS\0\1\0\0\0\0\0\0', b'SIMPLE  =                    T', b'GRIB\0\0\0\1', b'\x89HDF\r\n\x1a\n', b'BUFR', b'\xd7\xcd\xc6\x9a', b'\1\0\0\0X\0\0\0',
         b'%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 64 64\n%%EndComments\n(trap) (w) file\n', b'%PDF-1.4\n', b'<svg xmlns="http://www.w3.org/2000/svg"/>',
         b'\0\0\1\xba', b'\x59\xa6\x6a\x95', b'/* XPM */\nstatic char *x[] = {\n"64 64 2 1",\n', b'II*\0\x08\0\0\0', b'MM\0*', b'MZ', b'PK\3\4', b'\x1f\x8b', b'\0\0\2\0',
         b'\x3a\xde\x68\xb1', b'\x14\0\0\0\x11\xaf', b'FTC3', b'\0\0\0\x18GIMP', b'P7\n332 64 64', b'\0\0\0 ftypheic', b'#!/bin/sh\n: > trap\n', b'<?php', b'\xff\xd8\xff']
exif = st.one_of(st.none(), st.integers(0, 9), st.binary(max_size=40).map(list))
photos = st.fixed_dictionaries(dict(
    form=st.sampled_from([*list(FORMATS)[:6]*2, *FORMATS]), mode=st.integers(0, 12), way=st.integers(0, 4),
    size=st.tuples(*[st.one_of(st.integers(16, 70), st.integers(1, 300))]*2), noise=st.integers(0, 9), exif=exif,
    wrong=st.sampled_from('no no no no hurt hurt hurt hurt hurt splice bomb'.split()), hurt=some, mend=st.booleans(),
    k=st.integers(0, 40), ending=st.integers(0, 120)))

def photo_bytes(g): # -> bytes, ending, the picture it was made of, whether all of that must come back
    ending,modes,ways = FORMATS[g['form']]
    modes = modes.split()
    img,how = picture(g['noise'], modes[g['mode'] % len(modes)], g['size']),dict(ways[g['way'] % len(ways)])
    if n := how.pop('frames', 0): how |= dict(save_all=True, append_images=[img]*n)
    if g['exif'] is not None and g['form'] in ('PNG', 'JPEG', 'WEBP', 'AVIF', 'TIFF'):
        e = Image.Exif()
        e[0x112],e[0x10e] = g['exif'] if isinstance(g['exif'], int) else 1,'x'*9
        how['exif'] = e if isinstance(g['exif'], int) else b'Exif\0\0' + bytes(g['exif'])
    out = io.BytesIO()
    try: img.save(out, g['form'], **how)
    except Exception: # this format cannot hold it
        img,out = img.convert('RGB'),io.BytesIO()
        img.save(out, 'PNG')
    data = out.getvalue()
    if g['wrong'] == 'bomb': data = bombs()[g['k'] % len(bombs())]
    if g['wrong'] == 'splice':
        head = HEADS[g['k'] % len(HEADS)]
        data = data[:len(data)//2] + head if g['mend'] else head + data
    if g['wrong'] == 'hurt': data = damaged(data, g['hurt'])
    if g['mend'] and data[:8] == b'\x89PNG\r\n\x1a\n': data = mended(data)
    endings = [*(f[0] for f in FORMATS.values()), '', '.txt', '.JPG', '.jpeg.exe']
    if g['ending'] < len(endings): ending = endings[g['ending']]
    return data,ending,img,g['wrong'] == 'no' and not g['exif']

def mended(data): # a PNG whose checksums are right again, so that damage is looked at
    import zlib
    out,at = [data[:8]],8
    while at + 8 <= len(data):
        n = int.from_bytes(data[at:at + 4], 'big')
        if at + 12 + n > len(data): break
        body = data[at + 4:at + 8 + n]
        out.append(data[at:at + 4] + body + zlib.crc32(body).to_bytes(4, 'big'))
        at += 12 + n
    return b''.join([*out, data[at:]])

def bombs(made=[]): # small files that say they are large, or are; made once
    if made: return made
    def png(w, h, bits=8, color=2, body=b'', more=b''):
        import zlib
        def chunk(kind, b): return len(b).to_bytes(4, 'big') + kind + b + zlib.crc32(kind + b).to_bytes(4, 'big')
        head = w.to_bytes(4, 'big') + h.to_bytes(4, 'big') + bytes([bits, color, 0, 0, 0])
        return b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', head) + more + chunk(b'IDAT', body or zlib.compress(bytes(100))) + chunk(b'IEND', b'')
    import zlib
    long = zlib.compress(bytes(2**26), 9)
    text = b'x\0\0' + long
    ztxt = len(text).to_bytes(4, 'big') + b'zTXt' + text + zlib.crc32(b'zTXt' + text).to_bytes(4, 'big')
    icc = b'x\0\0' + long
    iccp = len(icc).to_bytes(4, 'big') + b'iCCP' + icc + zlib.crc32(b'iCCP' + icc).to_bytes(4, 'big')
    lie = lambda form, at, n, value, **kw: _with(form, at, value.to_bytes(n, 'little'), **kw)
    made += [png(2**31 - 1, 2**31 - 1), png(60_000, 60_000), png(13_000, 13_000, 1, 0), png(9_000, 9_000, 16, 6), png(2**24, 16), png(16, 2**24), png(0, 5),
             png(64, 64, more=ztxt), png(64, 64, more=iccp), png(8_000, 8_000, 1, 0, zlib.compress(bytes(8_000*1_001), 9)), png(3_000, 3_000, 16, 6, zlib.compress(bytes(3_000*24_001), 9)),
             lie('BMP', 18, 4, 50_000), lie('BMP', 22, 4, 2**31 - 1), lie('GIF', 6, 4, 2**32 - 1), lie('GIF', 6, 2, 65_535), lie('TGA', 12, 4, 2**32 - 1), lie('TGA', 12, 2, 65_535),
             lie('PCX', 8, 4, 2**32 - 1), b'P6\n99999 99999\n255\n', b'P6\n9000 9000\n65535\n', b'P5 ' + b'9'*4400 + b' 9 255\n', b'P4\n40000 40000\n', b'PF\n9000 9000\n-1\n',
             b'qoif\0\0\xff\xff\0\0\xff\xff\4\0', b'RIFF\x1e\0\0\0WEBPVP8X\x0a\0\0\0\x10\0\0\0\xff\xff\xff\xff\xff\xff', b'']
    return made

def _with(form, at, new, mode='L'):
    out = io.BytesIO()
    picture(0, mode, (20, 20)).save(out, form)
    data = bytearray(out.getvalue())
    data[at:at + len(new)] = new
    return bytes(data)

def read_photo(w, g):
    from lseg_nb.data import photo_size
    from lseg_nb.photo import open_photo
    from lseg_nb.session import open_upload
    data,ending,img,whole = photo_bytes(g)
    path = w.fresh()/f'a{ending}'
    path.write_bytes(data)
    yield # what follows is watched
    if g['noise'] == 1: photo = open_upload(data)
    else: photo = open_photo(data if g['noise'] == 0 else path)
    assert photo.mode == 'RGB' and min(photo.size) >= 16
    if g['noise'] > 1: assert photo_size(path) == photo.size, 'photo_size'
    if whole:
        assert photo.size == img.size or g['form'] in ('ICO', 'ICNS')
        if img.mode in ('RGB', 'L') and g['form'] in ('PNG', 'BMP', 'PPM', 'TGA', 'PCX', 'SGI', 'QOI') or g['form'] == 'TIFF' and not g['way'] % 5:
            if img.mode in ('RGB', 'L'): assert (np.asarray(photo) == np.asarray(img.convert('RGB'))).all(), 'other colours'
    if photo.width*photo.height < 2e5: mask_is_right(w.model.segment(path if g['noise'] > 1 else photo, LABELS), photo.size, LABELS)

# ---- labels

HOSTILE = ['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', "' onmouseover='x", '</title><b>', '&lt;b&gt;', '$data', '${x}', '{}', '{0}', '%s', '\\', '\\n',
           '../../trap', '/etc/passwd', 'con', 'a/b', 'a\0b', '\u202etac', '\u2066x', 'a\u200db', '\u200b', '\ufeffcat', '\ud800', 'e\u0301', 'é', 'ﬁ', 'fi', 'CAT', 'cat',
           'cat ', 'ｃａｔ', 'İ', 'ı', 'ß', 'ss', '👩‍👩‍👧', '🏳️‍🌈', 'x'*300, 'dog '*200, 'é'*3000, 'a\u0300'*2000, 'other', 'Other', 'OTHER ', 'background', 'ꙮ', '中文', 'नमस्ते', 'سلام',
           '--out', '@labels', 'a,b', 'a;b', '\t', '\n', 'a\nb', '\x1b[31m', ']]>', '-->', 'javascript:alert(1)', '0', '1e5', 'None', '[UNK]', '[CLS]', '<pad>']
words = st.one_of(st.sampled_from(LABELS + ['cat', 'dog', 'dog bed', 'grass', 'other']), st.sampled_from(HOSTILE), st.text(max_size=12),
                  st.text(st.characters(max_codepoint=0x17f), min_size=1, max_size=12), st.text(st.characters(categories=['Cf', 'Cc', 'Mn', 'Cs', 'Zs', 'So']), max_size=6))
trees = st.recursive(st.one_of(st.just([]), st.lists(words, max_size=3)), lambda t: st.dictionaries(words, t, max_size=3), max_leaves=8)
label_inputs = st.one_of(
    st.lists(words, min_size=2, max_size=9, unique_by=str.casefold).map(lambda v: ['list', v]), st.lists(words, max_size=4).map(lambda v: ['list', v]),
    st.lists(st.one_of(words, st.sampled_from(ODD[:20])), max_size=4).map(lambda v: ['list', v]),
    st.lists(words, max_size=6).map(lambda v: ['text', ','.join(v)]), st.text(max_size=30).map(lambda v: ['text', v]), trees.map(lambda v: ['tree', v]),
    st.integers(0, 4000).map(lambda n: ['deep', n]), st.integers(2, 700).map(lambda n: ['many', n]), st.lists(words, max_size=4).map(lambda v: ['lines', '\n'.join(v)]),
    st.lists(st.one_of(words, st.floats(), st.integers()), max_size=2).map(lambda v: ['bias', v]))

def read_words(w, g):
    from lseg_nb.hierarchy import Hierarchy
    from lseg_nb.labels import cleaned, parse_labels, read_labels
    kind,v = g
    labels,bias,file = v,None,w.fresh()/'labels.txt'
    if kind == 'lines': file.write_bytes(v.encode('utf-8', 'surrogatepass'))
    if kind == 'many': labels = [f'thing {i}' for i in range(v)]
    if kind == 'bias': labels,bias = LABELS,{(v[0] if v and isinstance(v[0], str) else 'sky'): v[-1] if v else None}
    yield
    if kind == 'text': labels = parse_labels(v)
    if kind == 'lines': labels = read_labels(file)
    if kind == 'deep':
        labels = {}
        for i in range(v): labels = {f'word {i}': labels}
    if kind in ('tree', 'deep'): labels = Hierarchy(labels)
    seg = w.seg.relabel(labels, bias)
    want = [cleaned(l) for l in (labels.words if kind in ('tree', 'deep') else labels)]
    mask_is_right(seg, w.photo.size, want)
    if len(want) > 40: return
    seg.save_mask(w.box/'mask.png')
    assert Image.open(w.box/'mask.png').text['labels'].split('\n') == want, 'labels of the mask'
    if len(want) < 6: make_all(w, seg, kind)
    return {'mask.png', 'page.html', 'all.json', 'all.labels', 'all.cutouts', 'all.figure.png'}

def make_all(w, seg, kind): # every form that holds a label
    from lseg_nb.masks import form_files, save_forms
    forms = ['json', 'labels', 'cutout'] + ['figure']*(len(seg.labels) == 3)
    save_forms(seg, form_files(w.box/'all', forms))
    d = json.loads((w.box/'all.json').read_text(encoding='utf-8'))
    assert [c['name'] for c in d['categories']] == [*seg.labels]
    for f in w.box.glob('all.*/*'): assert f.parent.parent == w.box and len(f.name) < 100
    if kind in ('list', 'text') and len(seg.labels) == 4: seg.to_html(w.box/'page.html')

# ---- files of models

def open_folder(w, config, tensors):
    folder = w.fresh()
    (folder/'config.json').write_bytes(config)
    (folder/'model.safetensors').write_bytes(tensors)
    return folder

def same_model(w, m, same):
    seg = m.segment(w.photo, LABELS)
    mask_is_right(seg, w.photo.size, LABELS)
    if same: assert (seg.mask == w.seg.mask).all(), 'another mask'

def read_config(w, g):
    data = json_bytes(w.config, g)
    folder = open_folder(w, data, w.tensors)
    yield
    same_model(w, LSeg.from_pretrained(folder), json.loads(data) == w.config)

tensor_inputs = st.fixed_dictionaries(dict(hurt=st.one_of(hurts, st.lists(st.tuples(st.sampled_from(['head']), st.floats(0, 1), st.integers(0, 255)), max_size=3)),
                                           change=st.one_of(st.none(), changes), long=st.one_of(st.none(), st.integers(0, 2**64 - 1))))

def read_tensors(w, g):
    n = int.from_bytes(w.tensors[:8], 'little')
    head,body = w.tensors[8:8 + n],w.tensors[8 + n:]
    inner = [h for h in g['hurt'] if h[0] == 'head']
    if g['change']: head = json.dumps(changed(json.loads(head), g['change'])).encode()
    head = damaged(head, [('flip', at, k) for _,at,k in inner])
    data = (len(head) if g['long'] is None else g['long']).to_bytes(8, 'little') + head + body
    data = damaged(data, [h for h in g['hurt'] if h[0] != 'head'])
    folder = open_folder(w, json.dumps(w.config).encode(), data)
    yield
    same_model(w, LSeg.from_pretrained(folder), data == w.tensors)

# ---- checkpoints

NAMES = ['os system', 'posix system', 'builtins eval', 'builtins exec', 'subprocess Popen', 'torch load', 'collections OrderedDict', 'torch._utils _rebuild_tensor_v2',
         'torch FloatStorage', 'builtins getattr', 'builtins __import__', 'numpy.core.multiarray scalar', 'torch.jit load', 'pickle loads', 'importlib import_module',
         'torch._utils _rebuild_parameter', 'builtins set', 'builtins bytearray', 'antigravity x', 'webbrowser open', 'torch.hub load', 'functools partial', 'operator attrgetter']
opcodes = st.lists(st.tuples(st.sampled_from('name text number tuple list dict mark reduce build newobj put get memo append appends setitem setitems pop dup '
                                             'persid inst obj ext bytes big frame stop float none stackglobal state'.split()), st.integers(0, 255)), max_size=24)
objects = st.recursive(st.one_of(st.tuples(st.just('name'), st.integers(0, 255)), st.tuples(st.just('text'), st.sampled_from(['x', 'state_dict', 'cpu', 'storage', '0'])),
                                 st.tuples(st.just('number'), st.integers(0, 255)), st.just(['tensor'])),
                       lambda o: st.one_of(st.tuples(st.sampled_from(['tuple', 'list', 'dict']), st.lists(o, max_size=3)), st.tuples(st.sampled_from(['reduce', 'newobj', 'build', 'persid']), o, o)),
                       max_leaves=12)
checkpoints = st.fixed_dictionaries(dict(form=st.sampled_from(['zip', 'zip', 'old', 'pickle']), program=st.one_of(st.none(), opcodes, objects), hurt=hurts,
                                         protocol=st.integers(0, 5), squeezed=st.booleans()))

def built(o): # of an object: the instructions that make it
    kind,*more = o
    if kind == 'name': return b'c%s\n%s\n' % tuple(NAMES[more[0] % len(NAMES)].encode().split())
    if kind == 'text': return b'X' + len(more[0]).to_bytes(4, 'little') + more[0].encode()
    if kind == 'number': return b'K' + bytes(more)
    if kind == 'tensor': # of four numbers of the first storage
        pid = b"(X\7\0\0\0storagectorch\nFloatStorage\nX\1\0\0\x000X\3\0\0\0cpuK\4tQ"
        return b'ctorch._utils\n_rebuild_tensor_v2\n(' + pid + b'K\0K\4\x85K\1\x85\x89}tR'
    if kind == 'tuple': return b'(' + b''.join(map(built, more[0])) + b't'
    if kind == 'list': return b'](' + b''.join(map(built, more[0])) + b'e'
    if kind == 'dict': return b'}(' + b''.join(b'X\1\0\0\0%c' % (97 + i) + built(v) for i,v in enumerate(more[0])) + b'u'
    if kind == 'persid': return built(more[0]) + b'Q'
    return built(more[0]) + (built(more[1]) if kind == 'build' else built(['tuple', [more[1]]])) + dict(reduce=b'R', newobj=b'\x81', build=b'b')[kind]

def program(ops, protocol, trap): # bytes of a pickle, from instructions or from an object
    if ops and isinstance(ops[0], str): return bytes([0x80, max(protocol, 2)]) + built(['dict', [ops, ['tensor']]]) + b'.'
    out = [bytes([0x80, protocol])] if protocol > 1 else []
    short = lambda s: b'\x8c' + bytes([len(s)]) + s
    for op,k in ops:
        module,name = NAMES[k % len(NAMES)].split()
        out.append({
            'name': f'c{module}\n{name}\n'.encode(), 'text': b'X' + len(t := f'touch {trap}'.encode()).to_bytes(4, 'little') + t, 'number': b'K' + bytes([k]), 'tuple': b'\x85',
            'list': b']', 'dict': b'}', 'mark': b'(', 'reduce': b'R', 'build': b'b', 'newobj': b'\x81', 'put': b'q' + bytes([k % 8]), 'get': b'h' + bytes([k % 8]),
            'memo': b'\x94', 'append': b'a', 'appends': b'e', 'setitem': b's', 'setitems': b'u', 'pop': b'0', 'dup': b'2', 'persid': b'Q', 'inst': f'i{module}\n{name}\n'.encode(),
            'obj': b'o', 'ext': b'\x82' + bytes([k]), 'bytes': b'B' + (2**31 - k).to_bytes(4, 'little'), 'big': b'\x8b' + (2**30 + k).to_bytes(4, 'little'),
            'frame': b'\x95' + (2**40 + k).to_bytes(8, 'little'), 'stop': b'.', 'float': b'G' + bytes([k]*8), 'none': b'N', 'state': b'X\x0a\0\0\0state_dict',
            'stackglobal': short(module.encode()) + short(name.encode()) + b'\x93'}[op])
    return b''.join(out) + b'.'

def checkpoint_bytes(w, g):
    import zipfile
    state = {'net.scratch.head1.weight': torch.arange(12.).reshape(3, 4), 'net.clip_pretrained.x': torch.ones(2, dtype=torch.float16), 'net.pretrained.n': torch.tensor(3)}
    out,p = io.BytesIO(),None if g['program'] is None else program(g['program'], g['protocol'], w.trap)
    if p is None or g['form'] == 'old':
        torch.save(dict(state_dict=state, epoch=3, hyper_parameters=dict(lr=.1)), out, _use_new_zipfile_serialization=g['form'] != 'old')
    data = out.getvalue()
    if p is None: return data,state
    if g['form'] == 'old': data = data[:40] + p
    if g['form'] == 'pickle': data = p
    if g['form'] == 'zip':
        with zipfile.ZipFile(out := io.BytesIO(), 'w', zipfile.ZIP_DEFLATED if g['squeezed'] else zipfile.ZIP_STORED) as z:
            z.writestr('archive/data.pkl', p); z.writestr('archive/data/0', bytes(64)); z.writestr('archive/byteorder', 'little')
        data = out.getvalue()
    return data,None

def read_weights(w, g):
    from lseg_nb.hub import open_model
    from lseg_nb.published import read_checkpoint
    data,state = checkpoint_bytes(w, g)
    whole = state is not None and not g['hurt']
    path = w.fresh()/'demo.ckpt'
    path.write_bytes(damaged(data, g['hurt']))
    yield
    found = read_checkpoint(path)
    assert found and all(isinstance(k, str) and isinstance(v, torch.Tensor) for k,v in found.items())
    assert sum(v.numel() for v in found.values()) <= 8*len(data) + 1000
    if whole: assert found.keys() == state.keys() and all(torch.equal(v, state[k]) for k,v in found.items())
    try: open_model(path)
    except ValueError as e: sentence(e) # no network is so small

# ---- data sets

def png(x):
    out = io.BytesIO()
    (x if isinstance(x, Image.Image) else Image.fromarray(x)).save(out, 'PNG')
    return out.getvalue()

MASK = (np.indices((24, 20)).sum(0)//8 % 3).astype(np.uint8)
PLAIN = {'labels.txt': b'other\nsky\ntree\n', 'splits/train.txt': b'a\nb\n', 'splits/val.txt': b'b\n',
         **{f'images/{n}.png': png(picture(i, 'RGB', (20, 24))) for i,n in enumerate('ab')}, **{f'masks/{n}.png': png(MASK) for n in 'ab'}}
COLORED = {k:v for k,v in PLAIN.items() if k != 'labels.txt'} | {'labelmap.txt': b'# a\nother:0,0,0::\nsky:0,0,255::\ntree:0,255,0::\n',
           **{f'masks/{n}.png': png(np.array([[0, 0, 0], [0, 0, 255], [0, 255, 0]], np.uint8)[MASK]) for n in 'ab'}}
RING = [2, 2, 15, 2, 15, 18, 2, 18]
COCO = dict(images=[dict(id=1, file_name='a.png', width=20, height=24)], categories=[dict(id=3, name='sky'), dict(id=4, name='tree')],
            annotations=[dict(id=1, image_id=1, category_id=3, iscrowd=0, segmentation=[RING]),
                         dict(id=2, image_id=1, category_id=4, iscrowd=0, segmentation=dict(size=[24, 20], counts=[100, 200, 180])),
                         dict(id=3, image_id=1, category_id=4, iscrowd=0, segmentation=dict(size=[24, 20], counts='T3h0b0'))])
LABELME = dict(imagePath='a.png', imageWidth=20, imageHeight=24, shapes=[
    dict(label='sky', points=[[2, 2], [15, 2], [15, 18]], shape_type='polygon'), dict(label='tree', points=[[1, 1], [9, 9]], shape_type='rectangle'),
    dict(label='cup', points=[[9, 9], [12, 12]], shape_type='circle'),
    dict(label='pad', points=[[1, 1], [3, 3]], shape_type='mask', mask=__import__('base64').b64encode(png(MASK[:3, :3])).decode())])
CVAT = b'''<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">]><annotations><meta><task><labels><label><name>sky</name></label><label><name>tree</name></label>
</labels></task></meta><image id="0" name="a.png" width="20" height="24"><polygon label="sky" points="2,2;15,2;15,18" z_order="0"/><box label="tree" xtl="1" ytl="1" xbr="9"
ybr="9"/><ellipse label="sky" cx="9" cy="9" rx="3" ry="2"/><mask label="tree" rle="2,2,5" left="1" top="1" width="3" height="3"/></image></annotations>'''
YAML = b'path: .\ntrain: images/train\nnames:\n  0: sky\n  1: tree\n'
BILLION = b'a: &a [x,x,x,x,x,x,x,x,x]\n' + b''.join(b'%c: &%c [%s]\n' % (97 + i, 97 + i, b','.join([b'*%c' % (96 + i)]*9)) for i in range(1, 9)) + b'names: *i\n'
A = PLAIN['images/a.png']
EXPORTS = { # form -> files; the first one tells the others
    'coco': {'ann.json': COCO, 'a.png': A}, 'labelme': {'a.json': LABELME, 'a.png': A}, 'cvat': {'annotations.xml': CVAT, 'images/a.png': A},
    'yolo': {'data.yaml': YAML, 'labels/train/a.txt': b'0 .1 .1 .9 .1 .9 .9\n1 .2 .2 .5 .2 .5 .5\n', 'images/train/a.png': A}, 'masks': {'ids.txt': b'0 other\n1 sky\n2 tree\n', 'images/a.png': A, 'masks/a.png': png(MASK)},
    'voc': {'labelmap.txt': COLORED['labelmap.txt'], 'ImageSets/Segmentation/train.txt': b'a\n', 'JPEGImages/a.png': A, 'SegmentationClass/a.png': COLORED['masks/a.png']}}
file_hurts = st.lists(st.tuples(st.integers(0, 9), st.sampled_from('hurt hurt hurt lose name line folder empty link swap huge bomb'.split()), hurts, st.integers(0, 60)), max_size=3)
set_inputs = st.fixed_dictionaries(dict(colored=st.booleans(), files=file_hurts))
export_inputs = st.fixed_dictionaries(dict(form=st.sampled_from(sorted(EXPORTS)), change=changes, files=file_hurts, rest=st.sampled_from(['other', 'unknown'])))

def set_files(files, broken): # -> path -> bytes, a folder, or a link
    files = dict(files)
    for i,kind,hurt,k in broken:
        name = [*files][i % len(files)] if files else 'x.txt'
        data = files.get(name, b'')
        if not isinstance(data, bytes): continue
        if kind == 'hurt': files[name] = damaged(data, hurt)
        elif kind == 'lose': files.pop(name, None)
        elif kind == 'name': files[f'{Path(name).parent}/{HOSTILE[k % len(HOSTILE)]}'.replace('\0', '0')[:120]] = files.pop(name, b'')
        elif kind == 'line': files[name] = data + HOSTILE[k % len(HOSTILE)].encode('utf-8', 'surrogatepass') + b'\n'
        elif kind == 'folder': files[name] = None
        elif kind == 'empty': files[name] = b''
        elif kind == 'link': files[name] = ['../../../../etc/passwd', name, '/dev/null', 'nowhere', '..', '.'][k % 6]
        elif kind == 'swap': files[name] = files[[*files][k % len(files)]]
        elif kind == 'huge': files[name] = data[:4000]*(1 + k)
        elif kind == 'bomb': files[name] = BILLION if name.endswith('yaml') else bombs()[k % len(bombs())] if name.endswith('png') else (WEDGES[k % len(WEDGES)]*50).encode('utf-8', 'surrogatepass')
    return files

def put(folder, files):
    for name,data in files.items():
        path = Path(os.path.normpath(folder/name))
        try:
            if not str(path).startswith(f'{folder}/'): continue
            path.parent.mkdir(parents=True, exist_ok=True)
            if data is None: path.mkdir(exist_ok=True)
            elif isinstance(data, str): path.symlink_to(data)
            else: path.write_bytes(data)
        except (OSError, UnicodeError): pass # this file system has no such name
    return folder

def told(said): # sentences of a report
    for s in said: assert isinstance(s, str) and s.strip() and '\n' not in s and len(s) <= SENTENCE, f'a line of {len(s)}: {s[:400]!r}'

def checked(found):
    from lseg_nb.check import check_text
    told([*found['wrong'], *found['notes']])
    json.dumps(found, allow_nan=False)
    assert isinstance(check_text(found), str)

def read_set(w, g):
    from lseg_nb.check import check_set
    from lseg_nb.data import open_set
    folder = put(w.fresh()/'set', set_files(COLORED if g['colored'] else PLAIN, g['files']))
    folder.mkdir(exist_ok=True)
    yield
    if len(g['files']) % 2:
        s = open_set(str(folder), 'train')
        told(s.check())
        image,mask = s[0]
        assert image.shape[1:] == mask.shape
        if not g['files']: assert (mask.numpy() == MASK).all()
    else:
        found = check_set(folder)
        checked(found)
        if not g['files']: assert not found['wrong'] and found['photos'] == 2

def read_export(w, g):
    from lseg_nb.formats import import_set
    files = dict(EXPORTS[g['form']])
    first = next(iter(files))
    if not isinstance(files[first], bytes): files[first] = json_bytes(files[first], dict(change=g['change'], hurt=[]))
    src = put(w.fresh()/'src', set_files(files, g['files']))
    src.mkdir(exist_ok=True)
    yield
    done = import_set(src, g['form'], w.box/'out', rest=g['rest'])
    told([*done['left_out'], *done['odd']])
    checked(done['check'])
    assert done['photos'] >= 1
    return {'out'}

# ---- sequences and results

SEQUENCE = dict(format='lseg_nb sequence 2', model='tiny', size=32, at=1, biases=[0., 1.],
                steps=[[['sky', True], ['tree', True]], [['sky', True], ['tree', True], ['other', True]]],
                photo=__import__('base64').b64encode(png(picture(1, 'RGB', (24, 20)))).decode())

def read_sequence(w, g):
    from lseg_nb.session import from_json, read_json
    data = json_bytes(SEQUENCE, g)
    w.fresh()
    yield
    d = read_json(data)
    s = from_json(data, None if 'photo' in d else w.photo, model=w.model)
    assert s.mask.max() < len(s.labels) and len(s.history) == len(d['steps'])
    if data == json.dumps(SEQUENCE).encode(): assert s.labels == ['sky', 'tree', 'other'] and s.at_step == 1

def run_of(seed): return dict(seed=seed, seconds=1., loss=[.5], temperature=.07, photos=[4], wall=2., threads=1, versions={}, results={'voc': dict(photos=3, mIoU=31.5, pixAcc=70.2, IoU={'sky': 40.})})
RESULTS = {
    'cell': dict(name='voc_temperature0.2', command='lseg reproduce temperature --size small', setting=dict(cell=dict(data=['voc'], temperature=.2), size='small'), runs=[run_of(0), run_of(1)]),
    'training': dict(start=None, data={'voc': 3}, fold=None, seconds=3, history=[dict(train_loss=.5)], mix={}, epochs=1, steps=1),
    'features': dict(model={}, head_sha256='x', dim=384, dtype='float16', versions={}, photos={}), 'segment': dict(about=dict(model={}, labels=LABELS), versions={}, photos={'a.png': [1, 2]}),
    'part': dict(about=dict(model='mini', set='voc'), photos=3, counts=[[1, 2], [3, 4]])}
result_inputs = st.fixed_dictionaries(dict(kind=st.sampled_from(sorted(RESULTS)), change=changes, hurt=st.one_of(st.just([]), st.just([]), hurts)))

def read_results(w, g):
    from lseg_nb.evaluate import measure
    from lseg_nb.features import save_features
    from lseg_nb.many import segment_files
    from lseg_nb.tables import write_tables
    kind,folder = g['kind'],w.fresh()
    data = json_bytes(RESULTS[kind], g)
    put(folder, {'in/a.png': A, 'set/x': b''} | {f'set/{k}': v for k,v in PLAIN.items()})
    name = {'cell': 'out/small/voc_temperature0.2.json', 'training': 'out/training.json', 'features': 'out/features.json', 'segment': 'out/segment.json', 'part': 'out.json.set.part'}[kind]
    put(folder, {name: data, 'out/other.txt': b''})
    for f in ('config.json', 'model.safetensors'):
        if kind == 'training': (folder/'out'/f).write_bytes((w.root/'tiny'/f).read_bytes())
    yield
    if kind == 'cell': write_tables(folder/'tables.html', folder/'out')
    if kind == 'training': assert measure(str(folder/'out'), [str(folder/'set')], size=32, device='cpu')['sets']['set']['photos'] == 1
    if kind == 'features': assert len(save_features(w.model, folder/'in', folder/'out', size=32)) == 1
    if kind == 'segment': assert [r.error for r in segment_files(w.model, [str(folder/'in')], LABELS, folder/'out', ['grey'], workers=1)] == [None]
    if kind == 'part': assert measure(str(w.root/'tiny'), [str(folder/'set')], size=32, out=folder/'out.json', device='cpu')['sets']['set']['photos'] == 1
    return {'tables.html', 'out', 'out.json', 'out.json.set.part'}

# ---- command lines

FILES = {'photo.png': A, 'bad.jpg': b'\xff\xd8\xff\xe0', 'note.txt': b'hello', 'labels.txt': b'sky\ntree\n', 'photos/a.png': A, 'photos/b.png': png(picture(5, 'L', (30, 30))), 'empty/x': b'',
         'ann.json': json.dumps(COCO).encode(), 'a.png': A, '-dash.png': A, 'ä ö.png': A, 'clip.mp4': b'\0\0\0 ftypisom', 'demo.ckpt': b'PK\3\4', 'results/small/x.json': b'{}',
         **{f'set/{k}': v for k,v in PLAIN.items()}}
SLOW = {'train': ['--data', 'nowhere'], 'reproduce': ['--data', 'nowhere'], 'web': ['--model', 'nowhere'], 'export': ['--photos', 'nowhere'], 'download': ['--data', 'nowhere'], 'explore': ['--port', '0']}
TOKENS = ['photo.png', 'bad.jpg', 'note.txt', 'photos', 'photos/*.png', '**/*', 'empty', 'nowhere', 'tiny', 'set', '.', '', ' ', '-', '--', '-x', '--help', '--json', '--labels', '--out', '--nothing',
          'sky, tree', 'sky,tree', 'sky', ',', 'camvid', 'ade20k', '@labels.txt', '@nowhere', '@', '@set', 'out.png', 'out.txt', 'out', 'new/out.png', 'out.json', 'out.csv', 'photo.png', '0', '-1', '1', '32',
          '99999999999', 'nan', 'inf', '1e9', '0.5', 'cpu', 'abacus', 'fp32', 'x'*300, '../trap', '/dev/null', '/etc/passwd', 'é', '\udcff', '<b>', 'http://127.0.0.1:9/a.jpg', 's3://a/b', 'clip:RN50/x',
          'clip:', 'sample', 'clip.mp4', 'out.mp4', 'demo.ckpt', 'ann.json', 'voc', 'mask,grey', 'json', 'mini', '%s', '$HOME', '~', '~/x', '*', '[', 'a/b', '-dash.png', 'ä ö.png', 'results', 'coco', 'table1', 'table7']
WRITTEN = ('--out', '--mask', '--csv')

def commands(made={}): # name -> its options
    import typer
    from lseg_nb.cli import app
    if made: return made
    for name,c in typer.main.get_command(app).commands.items():
        for full,c in ([(f'{name} {k}', v) for k,v in c.commands.items()] if hasattr(c, 'commands') else [(name, c)]):
            made[full] = [(o, getattr(p, 'is_flag', False)) for p in c.params if p.param_type_name == 'option' for o in p.opts if o.startswith('--') and o != '--help']
    return made

GOOD = [ # what works, to be changed
    'segment|photo.png|--labels|sky, tree', 'segment|photo.png|--labels|@labels.txt|--out|out.png|--mask|mask.png', 'segment|photos|--labels|sky,tree|--out|out',
    'segment|photos/*.png|photo.png|--labels|camvid|--json', 'features|photos|--out|out', 'evaluate|tiny|--sets|set|--data|.|--out|out.json|--csv|out.csv', 'check|set',
    'data|import|--from|coco|ann.json|--out|out', 'data|import|--from|masks|set|--names|labels.txt|--out|out', 'tables|--results|results|--out|out.md', 'labels|camvid', 'labels',
    'convert|demo.ckpt|out', 'average|tiny|tiny|--out|out', 'download|--json', 'explore|photo.png', 'train|--sets|set', 'reproduce|table1', 'export|tiny|--out|out', 'web|--out|out']
command_lines = st.fixed_dictionaries(dict(base=st.integers(0, len(GOOD) - 1), changes=st.lists(st.tuples(
    st.sampled_from('put put lose add option option option twice'.split()), st.integers(0, 30), st.integers(0, len(TOKENS) - 1)), max_size=3)))

def command_line(g):
    argv = GOOD[g['base']].split('|')
    name = next(c for c in sorted(commands(), key=len, reverse=True) if argv[:len(c.split())] == c.split())
    first,options = len(name.split()),commands()[name]
    for kind,i,k in g['changes']:
        at = first + i % max(len(argv) - first, 1)
        if kind == 'put': argv[at:at + 1] = [TOKENS[k]]
        elif kind == 'lose': del argv[at:at + 1]
        elif kind == 'add': argv.insert(at, TOKENS[k])
        elif kind == 'twice': argv += argv[at:]
        else:
            option,flag = options[i % len(options)]
            argv += [option] if flag else [option, TOKENS[k]]
    if '--model' in dict(options) and '--model' not in argv: argv += ['--model', 'tiny']
    argv = ['../tiny' if a in ('tiny', 'mini') else a for a in argv] # 'mini' is as good, and slow
    return argv + SLOW.get(name, [])

def tree(folder): return {str(p.relative_to(folder)): (p.lstat().st_mtime_ns, p.lstat().st_size) if not p.is_dir() else None for p in folder.rglob('*')}

def call(w, g):
    from lseg_nb.cli import main
    argv = command_line(g)
    put(w.fresh(), FILES)
    before,out,err = tree(w.box),io.StringIO(),io.StringIO()
    os.chdir(w.box)
    stdin,sys.stdin = sys.stdin,io.TextIOWrapper(io.BytesIO(b''))
    yield
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err): status = main(argv)
    finally: sys.stdin = stdin
    assert status in (0, 1, 2), (argv, status, err.getvalue())
    if status == 2:
        said = err.getvalue()
        assert said.startswith('lseg: ') and said.count('\n') == 1 and len(said) <= SENTENCE + 7, (argv, len(said), said)
    asked = [os.path.normpath(v) for o,v in zip(argv, argv[1:]) if o in WRITTEN] + [os.path.normpath(a[len(o) + 1:]) for a in argv for o in WRITTEN if a.startswith(f'{o}=')]
    asked += [os.path.normpath(a) for a in argv[1:]]*(argv[0] == 'convert') + ['tables.md']*(argv[0] == 'tables')
    new = tree(w.box)
    strange = [f for f in before | new if before.get(f, 0) != new.get(f, 0) and not any(f == a or f.startswith((f'{a}/', f'{a}.')) or a == '.' or status != 2 and a.startswith(f'{f}/') for a in asked)]
    assert not strange, (argv, strange)
    if status == 2: raise ValueError(said[6:-1])
    return set(new)

# ---- the run

KINDS = { # what is read -> share of the inputs, inputs, and what reads them
    'photos': (28, photos, read_photo), 'labels': (17, label_inputs, read_words), 'config.json': (6, json_how, read_config), 'safetensors': (5, tensor_inputs, read_tensors),
    'checkpoints': (13, checkpoints, read_weights), 'data sets': (8, set_inputs, read_set), 'exports of labelling tools': (7, export_inputs, read_export),
    'saved sequences': (5, json_how, read_sequence), 'results': (4, result_inputs, read_results), 'command lines': (7, command_lines, call)}

def sentence(e): # raise unless it is one that this package says
    said,frame = str(e),traceback.extract_tb(e.__traceback__)[-1]
    assert 0 < len(said.strip()) and len(said) <= SENTENCE and len(said.splitlines()) == 1, f'{len(said)} characters: {said[:400]!r}'
    assert isinstance(e, (ValueError, FileNotFoundError, OSError)), type(e).__name__
    own = Path(frame.filename).is_relative_to(Path(lseg_nb.__file__).parent) and 'raise' in (frame.line or '')
    assert own or Path(frame.filename) == Path(__file__), f'{frame.filename}:{frame.lineno} said {said[:200]!r}'

def attempt(w, kind, g): # -> 'right', 'refused' or 'failed'; what was said or what is wrong; seconds
    _,_,read = KINDS[kind]
    steps,before,said,result = read(w, g),{},'','right'
    next(steps)
    before,start = tree(w.box),time.perf_counter()
    asked = set()
    try:
        with w.watch():
            try: next(steps)
            except StopIteration as e: asked = e.value or asked
        if kind != 'command lines': assert {f for f in tree(w.box) if f not in before and f.split('/')[0] not in asked} == set(), 'a stray file'
    except (ValueError, OSError) as e:
        result,said = 'refused',str(e)
        try: sentence(e)
        except AssertionError as wrong: result,said = 'failed',f'{type(e).__name__}: {wrong}'
        asked = {'out'}
        if kind not in ('command lines', 'results') and tree(w.box) != before: result,said = 'failed','a file after a refusal'
    except (Exception, Hang) as e:
        at = [f for f in traceback.extract_tb(e.__traceback__) if f'{os.sep}lseg_nb{os.sep}' in f.filename] or traceback.extract_tb(e.__traceback__)
        result,said = 'failed',f'{type(e).__name__} at {Path(at[-1].filename).name}:{at[-1].lineno}: {str(e)[:400]}'
    seconds = time.perf_counter() - start
    if w.watch.seen: result,said = 'failed',w.watch.seen[0]
    if w.trap.exists(): result,said = 'failed','code was run'; w.trap.unlink()
    if left := os.listdir(w.scratch):
        result,said = 'failed',f'left {left[0]}'
        for f in left: shutil.rmtree(p, True) if (p := w.scratch/f).is_dir() else p.unlink()
    return result,said,seconds

class Tally:
    "What came of the inputs of one kind."
    def __init__(self): self.count,self.longest,self.slowest,self.memory,self.failures = Counter(),0,0.,0,{}
    def add(self, g, result, said, seconds):
        self.count[result] += 1
        self.slowest,self.memory = max(self.slowest, seconds),max(self.memory, peak())
        if result == 'refused': self.longest = max(self.longest, len(said))
        if result == 'failed':
            where,text = said.split(': ')[0][:80],json.dumps(g)
            if where not in self.failures or len(text) < len(self.failures[where][0]): self.failures[where] = text,said
    @property
    def row(self):
        c = self.count
        return dict(inputs=c.total(), right=c['right'], refused=c['refused'], failed=c['failed'], longest_sentence=self.longest, slowest_seconds=round(self.slowest, 2), peak_GB=round(self.memory/1e9, 2))

def corpus(): return json.loads(CORPUS.read_text(encoding='utf-8')) if CORPUS.is_file() else [] # of [kind, input, what it once did]

def inputs(kind, n, seed): # plain values
    drawn,how = [],dict(database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    def one(g): drawn.append(json.loads(json.dumps(g))) # as the corpus would keep it
    seeded(seed)(settings(max_examples=n, **how)(given(KINDS[kind][1])(one)))()
    return drawn

def fuzz(n=500, seed=0, kinds=KINDS, kept=True, world=None, say=None): # -> kind -> `Tally`
    "Try the kept corpus, then so many new inputs."
    w,tallies = world or World(),{k: Tally() for k in kinds}
    todo = [(kind, g) for kind,g,_ in (corpus() if kept else ()) if kind in tallies]
    for i,kind in enumerate(kinds): todo += [(kind, g) for g in inputs(kind, max(round(n*KINDS[kind][0]/100), 1), seed*100 + i)]
    with w():
        for kind,g in todo:
            if say and not tallies[kind].count: say(f'{time.strftime("%H:%M:%S")} {kind}')
            tallies[kind].add(g, *attempt(w, kind, g))
    return tallies

def table(tallies):
    import pandas as pd
    rows = pd.DataFrame({k: t.row for k,t in tallies.items()}).T
    rows.loc['all'] = [f(rows[c]) for c,f in zip(rows, [sum]*4 + [max]*3)]
    return rows.astype(dict.fromkeys(rows.columns[:5], int))

def main():
    p = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    p.add_argument('--n', type=int, default=10_000); p.add_argument('--seed', type=int, default=0); p.add_argument('--kind', choices=KINDS, action='append'); p.add_argument('--out', default=None)
    a = p.parse_args()
    start = time.perf_counter()
    tallies = fuzz(a.n, a.seed, a.kind or KINDS, say=partial(print, flush=True))
    seconds = round(time.perf_counter() - start)
    rows = table(tallies)
    print(rows.to_string())
    for kind,t in tallies.items():
        for text,said in t.failures.values(): print(f'\n{kind}: {said}\n  {text[:1500]}')
    facts = dict(command=f'python tools/fuzz.py --n {a.n} --seed {a.seed}', date=time.strftime('%Y-%m-%d'), seed=a.seed, kept=len(corpus()), seconds=seconds, threads=1,
                 kinds={k: t.row for k,t in tallies.items()}, versions=versions() | dict(hypothesis=__import__('hypothesis').__version__, pillow=Image.__version__))
    if a.out or not a.kind: Path(a.out or RESULT).write_text(json.dumps(facts, indent=1) + '\n')
    print(f'\n{int(rows.inputs["all"])} inputs in {seconds} s, {int(rows.failed["all"])} failed')
    return int(rows.failed['all'] > 0)

if __name__ == '__main__': sys.exit(main())
