#!/usr/bin/env python
"""What it costs to read a tower of CLIP densely: python tools/measure_clip.py measures B/32, B/16 and L/14 at 336 and 448 pixels beside the tower alone
(its own pooled vector, made at the same size), with random weights, and what each takes beyond the memory of the weights; writes
data/results/clip_time.json. The machine must have nothing else to do."""
import ctypes, json, logging, time
from pathlib import Path

import open_clip
import torch

from lseg_nb.clip_eyes import CLIPEyes
from lseg_nb.metrics import versions
from lseg_nb.performance import fastest, machine
from lseg_nb.towers import network_dim

OUT = Path(__file__).resolve().parents[1]/'data'/'results'/'clip_time.json'

def peak(f): # MB that a call takes at most, beyond what is there (Linux)
    def now(what): return next(int(l.split()[1])/1000 for l in open('/proc/self/status') if l.startswith(what))
    ctypes.CDLL(None).malloc_trim(0) # what was freed is given back, and not counted as there
    Path('/proc/self/clear_refs').write_text('5') # the peak counts from here
    before = now('VmRSS')
    f()
    return round(now('VmHWM') - before)

@torch.no_grad()
def main():
    logging.disable(logging.WARNING) # open_clip says that the weights are random
    start,rows,more = time.time(),{},{}
    for name in ('ViT-B-32', 'ViT-B-16', 'ViT-L-14'):
        for size in (336, 448):
            torch.manual_seed(0)
            tower,x = open_clip.create_model(name, force_image_size=size).visual.eval(),torch.randn(1, 3, size, size)
            rows[f'{name}, {size}'] = row = dict(tower=fastest(lambda: tower(x), 2))
            more[f'{name}, {size}'] = room = dict(tower=peak(lambda: tower(x)))
            for read in ('maskclip', 'sclip', 'naclip'):
                eyes = CLIPEyes(tower, network_dim(name), name, read)
                row[read] = fastest(lambda: eyes.decode(x), 2)/row['tower']
                room[read] = peak(lambda: eyes.decode(x))
            print(f'{name}, {size}', {k: round(v, 2) for k,v in row.items()}, flush=True)
    found = dict(what='tower: seconds; maskclip, sclip, naclip: times the tower', towers=rows, peak_MB=more,
                 machine=machine(), versions=versions(), threads=torch.get_num_threads(), seconds=round(time.time() - start))
    OUT.write_text(json.dumps(found, indent=1) + '\n')

if __name__ == '__main__': main()
