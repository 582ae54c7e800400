#!/usr/bin/env python
"""What an exported `mini` takes and how far its masks agree with torch's: python tools/measure_export.py writes data/results/export.json, from the photos in
LSEG_DATA. Needs "lseg_nb[export]", and measures OpenVINO where it is installed. Times are ratios to torch, each the best of some rounds in which all take
turns; let nothing else run."""
import json, os, sys, tempfile, time
from importlib.util import find_spec
from pathlib import Path
import numpy as np
import torch
from lseg_nb.export import WEIGHTS, export
from lseg_nb.hierarchy import Hierarchy
from lseg_nb.hub import open_model, written_whole
from lseg_nb.light import LSeg
from lseg_nb.metrics import versions
from lseg_nb.photo import open_photo, sample_photo

LABELS = ['person', 'animal', 'car', 'building', 'window', 'sky', 'tree', 'grass', 'road', 'furniture', 'water', 'clothing', 'other']
TREE = Hierarchy({'person': ['clothing', 'hair'], 'animal': ['cat', 'dog'], 'building': ['window', 'door'], 'plant': ['tree', 'flower'],
                  'sky': [], 'road': [], 'other': []})
ROUNDS = 9
OUT = Path(__file__).resolve().parents[1]/'data'/'results'/'export.json'

def some(root, n=50): # photos, evenly from each data set and within it
    sets = sorted(p for p in Path(root).iterdir() if (p/'images').is_dir())
    each = {p: sorted(f for f in (p/'images').iterdir() if f.suffix.lower() in ('.jpg', '.jpeg', '.png')) for p in sets}
    turns = [[files[len(files)*k//9] for files in each.values() if files] for k in range(9)]
    return [f for turn in turns for f in turn][:n]

def best(models, ask): # name -> seconds
    rows = {k: [] for k in models}
    for _ in range(ROUNDS):
        for k,m in models.items():
            time.sleep(.05) # threads of the one before stop waiting for work
            start = time.perf_counter(); ask(k, m); rows[k].append(time.perf_counter() - start)
    return {k: min(v) for k,v in rows.items()}

def compared(model, others, photos): # name -> shares of pixels that have the same label
    rows = {k: [] for k in others}
    for n,photo in enumerate(map(open_photo, photos)):
        ours = [s.mask for s in two(model, photo)]
        for k,m in others.items(): rows[k].append([float((a == b.mask).mean()) for a,b in zip(ours, two(m, photo))])
        if sys.stderr.isatty(): print(f'{n + 1} photos', end='\r', file=sys.stderr)
    return {k: np.array(v) for k,v in rows.items()}

def two(model, photo): # by a list with "other", and by a hierarchy
    seg = model.segment(photo, LABELS)
    return seg,seg.relabel(TREE)

def main():
    start,model,photo = time.time(),open_model('mini'),sample_photo()
    with tempfile.TemporaryDirectory() as folder:
        made = {w: export(model, f'{folder}/{w}', w) for w in WEIGHTS}
        others = {f'onnx {w}': LSeg.from_exported(f'{folder}/{w}') for w in WEIGHTS}
        if find_spec('openvino'): others['openvino fp32'] = LSeg.from_exported(f'{folder}/fp32', 'openvino')
        same = compared(model, others, some(os.environ['LSEG_DATA']))
        everyone = dict(torch=model) | others
        kept = {k: m.segment(photo, LABELS) for k,m in everyone.items()}
        first,again = best(everyone, lambda k, m: m.segment(photo, LABELS)),best(everyone, lambda k, m: kept[k].relabel(LABELS[::-1]))
    rows = {k: dict(photo_to_mask=round(first[k]/first['torch'], 2), relabel=round(again[k]/again['torch'], 2)) for k in everyone}
    for k,v in same.items():
        facts = made[k.split()[1]]
        rows[k] |= dict(MB=round(facts['total_MB'], 1), cosine=float(f"{facts['cosine']:.1e}"), same=round(float(v[:, 0].mean()), 5),
                        same_least=round(float(v[:, 0].min()), 5), hierarchy=round(float(v[:, 1].mean()), 5))
    about = dict(command='python tools/measure_export.py', photos=len(v), labels=LABELS, size='480 x 320', rounds=ROUNDS,
                 threads=torch.get_num_threads(), torch_seconds=dict(photo_to_mask=round(first['torch'], 3), relabel=round(again['torch'], 4)))
    found = about | dict(rows=rows, versions=versions() | {p: __import__(p).__version__ for p in ('onnx', 'onnxruntime', 'openvino') if find_spec(p)},
                         seconds=round(time.time() - start))
    with written_whole(OUT) as p: p.write_text(json.dumps(found, indent=1) + '\n', encoding='utf-8')
    print(json.dumps(found, indent=1))

if __name__ == '__main__': main()
