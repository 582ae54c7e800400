#!/usr/bin/env python
"""Segment 5,000 small photos by one loop and by Ray Data, in which a worker is killed three times: python tools/measure_scale.py [PHOTOS]
writes data/results/scale.json. The photos are crops of scikit-learn's two sample photos."""
import json, os, sys, tempfile, threading, time
os.environ.setdefault('OMP_NUM_THREADS', '1')
os.environ.setdefault('RAY_worker_niceness', '0') # else workers stand behind everything else on a machine with other work
import psutil, pyarrow.parquet as pq, torch
from pathlib import Path
from lseg_nb.many import cores
from lseg_nb.metrics import versions
from lseg_nb.photo import sample_photo
from lseg_nb.scale import Segmenter, mask_of, segment_to

LABELS,SIZE,BLOCK = ['sky', 'building', 'flower', 'other'],32,64

def make(folder, n):
    photos = [sample_photo(0), sample_photo(1)]
    for i in range(n):
        x,y = 7*i % 544,11*(i//78) % 363
        path = folder/f'{i//500:02}'/f'{i:05}.jpg'
        path.parent.mkdir(parents=True, exist_ok=True)
        photos[i % 2].crop((x, y, x + 96, y + 64)).save(path)

def works(p): # a killed one may still be listed
    try: return 'Segmenter' in ' '.join(p.cmdline())
    except psutil.Error: return False

def workers(): return [*filter(works, psutil.Process().children(recursive=True))]

def kill(out, times, killed, n): # of the processes that this one began
    for k in range(times):
        while len(list(out.glob('*.parquet'))) <= (k + 1)*n//BLOCK/(times + 2) or not (alive := workers()): time.sleep(.2)
        alive[k % len(alive)].kill()
        killed.append(alive[k % len(alive)].pid)

def run(out, photos, n, times=0):
    killed,start = [],time.perf_counter()
    thread = threading.Thread(target=kill, args=(out, times, killed, n), daemon=True)
    thread.start()
    segment_to(out, photos, LABELS, size=SIZE, workers=cores(), block=BLOCK)
    return time.perf_counter() - start,len(killed)

def main(n=5000):
    n,folder = int(n),Path(tempfile.mkdtemp(prefix='scale_'))
    make(folder/'in', n)
    paths = sorted(map(str, (folder/'in').rglob('*.jpg')))
    torch.set_num_threads(1)
    one = Segmenter(LABELS, size=SIZE)
    [*one.rows(paths[:5])]
    start = time.perf_counter()
    plain = {r['path']: r for r in one.rows(paths)}
    loop = time.perf_counter() - start
    print(f'one loop: {n/loop:.1f} photos/s', flush=True)
    few,_ = run(folder/'few', paths[:2*BLOCK], 2*BLOCK) # mostly the start
    print(f'a run of {2*BLOCK} photos: {few:.1f} s', flush=True)
    quiet,_ = run(folder/'quiet', str(folder/'in'), n)
    print(f'Ray Data, {cores()} workers: {n/quiet:.1f} photos/s', flush=True)
    hard,killed = run(folder/'out', str(folder/'in'), n, 3)
    rows = pq.read_table(folder/'out').to_pylist()
    assert sorted(r['path'] for r in rows) == paths, (len(rows), len({r['path'] for r in rows}), n)
    same = sum((mask_of(r) == mask_of(plain[r['path']])).all() for r in rows)
    size = lambda p: sum(f.stat().st_size for f in p.rglob('*.*') if f.is_file())
    facts = dict(photos=n, side=[96, 64], size=SIZE, block=BLOCK, cores=cores(), killed=killed, rows=len(rows), same_masks=int(same),
                 loop_seconds=round(loop, 1), few_seconds=round(few, 1), ray_seconds=round(quiet, 1), killed_seconds=round(hard, 1),
                 bytes_in=size(folder/'in')//n, bytes_out=size(folder/'out')//n, versions=versions())
    print(json.dumps(facts))
    Path(__file__).parents[1].joinpath('data', 'results', 'scale.json').write_text(json.dumps(facts, indent=1) + '\n')

if __name__ == '__main__': main(*sys.argv[1:])
