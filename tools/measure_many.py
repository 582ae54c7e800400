#!/usr/bin/env python
"""Photos per second: one at a time on one core, and side by side in threads and in processes. python tools/measure_many.py FOLDER [WORKERS] [PHOTOS]
prints a table and, as its last line, JSON. The machine must have nothing else to do."""
import json, multiprocessing, os, sys, time
os.environ.setdefault('OMP_NUM_THREADS', '1')
import torch
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from lseg_nb.hub import open_model
from lseg_nb.many import cores, in_order, photos_in, segment_many
from lseg_nb.metrics import versions

LABELS = ['person', 'animal', 'plant', 'building', 'sky', 'other']

def begin():
    global model
    torch.set_num_threads(1)
    model = open_model('mini').eval()

def one(path): return int(model.segment(path, LABELS).mask.sum())

def rate(name, f, n, rows):
    start = time.perf_counter()
    sums = [*f()]
    rows[name] = round(n/(time.perf_counter() - start), 2)
    print(f'{name:32} {rows[name]:6.2f} photos/s', flush=True)
    return sums

def main(folder, workers=2, n=100):
    workers,paths,rows = int(workers),[Path(folder)/p for p in photos_in(folder)[:int(n)]],{}
    begin(); one(paths[0])
    for again in ('', ', again'): # the second time says how far the machine was quiet
        want = rate(f'one at a time, one core{again}', lambda: map(one, paths), len(paths), rows)
        side = lambda: (int(r.seg.mask.sum()) for r in segment_many(model, paths, LABELS, workers=workers))
        assert rate(f'{workers} threads{again}', side, len(paths), rows) == want
        with ProcessPoolExecutor(workers, multiprocessing.get_context('spawn'), begin) as pool:
            [*pool.map(one, paths[:2*workers])] # each has loaded its model
            assert rate(f'{workers} processes{again}', lambda: in_order(pool, one, paths, 2*workers), len(paths), rows) == want
    plain = rows['one at a time, one core']
    times = {k: round(v/plain, 2) for k,v in rows.items()}
    print(json.dumps(dict(photos=len(paths), cores=cores(), photos_per_second=rows, times=times, versions=versions())))

if __name__ == '__main__': main(*sys.argv[1:])
