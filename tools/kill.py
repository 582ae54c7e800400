#!/usr/bin/env python
"""Kill training, evaluation, feature extraction and experiments with SIGKILL, fill the disk, and compare with runs left in peace:
python tools/kill.py [--kills 50] [--seed 0] [--out FILE], or make kill. Prints a table and writes data/results/kill.json; Linux and macOS."""
import argparse, hashlib, json, os, random, shutil, signal, subprocess, sys, tempfile, time, traceback
os.environ.setdefault('OMP_NUM_THREADS', '1') # the runs are forks, and threads are not forked
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import torch
from PIL import Image

from lseg_nb.batches import MixedBatches, Part, WholePhotos
from lseg_nb.data import ToyScenes
from lseg_nb.evaluate import measure
from lseg_nb.experiment import Bench, Cell, build, run
from lseg_nb.features import save_features
from lseg_nb.hub import open_model
from lseg_nb.metrics import versions
from lseg_nb.model import create_lseg
from lseg_nb.text import text_encoder
from lseg_nb.train import LSegLearner

ROOT = Path(__file__).resolve().parents[1]
TEXT,SCENES = text_encoder('minilm'),ToyScenes(24, size=64)
BENCH,CELL = Bench(size='toy', precision='fp32', side=32, epochs=3, steps=20),Cell(('toy',))

def paint(data): # the scenes as a data set of one's own
    for part in ('images', 'masks', 'splits'): (data/'toys'/part).mkdir(parents=True)
    names = [f'{i:02}' for i in range(len(SCENES))]
    (data/'toys'/'labels.txt').write_text('\n'.join(SCENES.labels))
    for split in ('train', 'val'): (data/'toys'/'splits'/f'{split}.txt').write_text('\n'.join(names))
    for n,(image,mask) in zip(names, SCENES):
        Image.fromarray(image.permute(1, 2, 0).numpy()).save(data/'toys'/'images'/f'{n}.png')
        Image.fromarray(mask.numpy()).save(data/'toys'/'masks'/f'{n}.png')

def training(data, out):
    torch.manual_seed(0)
    model = create_lseg('lite0', TEXT, features=16, norm=True)
    norm = model.image.mean,model.image.std
    batches = MixedBatches([Part(SCENES, crop=32)], norm, bs=4, steps=4)
    learn = LSegLearner(model, batches, WholePhotos([ToyScenes(3, size=48, seed=1)], norm), bf16=False)
    learn.logger,learn.create_mbar = lambda row: None,False
    learn.fit(4, out/'train.pt')
    model.save_pretrained(out/'model')
    (out/'history.json').write_text(json.dumps(learn.history()))

def evaluation(data, out): measure('mini', ['toys'], root=data, size=64, out=out/'figures.json', csv=out/'figures.csv')
def features(data, out): save_features(open_model('mini'), data/'toys'/'images', out/'features', size=64)
def experiments(data, out): run(BENCH, [CELL], out, seeds=2)
JOBS = dict(training=training, evaluation=evaluation, features=features, experiments=experiments)

PASSING = 'seconds', 'wall', 'versions', 'photos' # what a file says of the run: its time, when photos were read; not of what was measured
def facts(d):
    if isinstance(d, dict): return {k: facts(v) for k,v in d.items() if k not in PASSING}
    return [*map(facts, d)] if isinstance(d, list) else d

def outcome(out): # file -> what is in it; weights and features bit by bit, figures as numbers
    found = {}
    for p in sorted(p for p in out.rglob('*') if p.is_file()):
        name = p.relative_to(out).as_posix()
        if p.suffix == '.json': found[name] = facts(json.loads(p.read_text()))
        elif p.suffix == '.pt': found[name] = {k: hashlib.sha256(v.numpy().tobytes()).hexdigest() for k,v in torch.load(p, weights_only=True)['model'].items()}
        else: found[name] = hashlib.sha256(p.read_bytes()).hexdigest()
    return found

def die(): os.kill(os.getpid(), signal.SIGKILL)

def dies_around(call, after): # the k-th time that a file is put in its place
    usual,calls = os.replace,[]
    def replace(*args, **kwargs):
        calls.append(1)
        if len(calls) == call and not after: die()
        usual(*args, **kwargs)
        if len(calls) == call: die()
    os.replace = replace

def start(job, data, out, log, worst=None): # its process, a fork, so that nothing is imported again
    out.mkdir(parents=True, exist_ok=True)
    if pid := os.fork(): return pid
    try:
        for n in (1, 2): os.dup2(log.fileno(), n)
        if worst: dies_around(*worst)
        JOBS[job](data, out)
        os._exit(0)
    except OSError as e: print('SAID', e, flush=True)
    except BaseException: traceback.print_exc()
    os._exit(1)

def wait(pid): return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

def killed(pid, seconds): # after so long, unless it has ended
    end = time.time() + seconds
    while time.time() < end:
        got,status = os.waitpid(pid, os.WNOHANG)
        if got: return os.waitstatus_to_exitcode(status)
        time.sleep(.002)
    os.kill(pid, signal.SIGKILL)
    return wait(pid)

class Harm:
    "Runs of one job that are disturbed, until each ends as the one that was left in peace."
    def __init__(self, job, folder, rng):
        self.job,self.folder,self.rng = job,folder,rng
        self.log = (folder/f'{job}.log').open('a+')
        self.found = dict(kills=0, random=0, before_rename=0, after_rename=0, rounds=0, same=0, leftovers=[])
        begun = time.time()
        self.start = partial(start, job, folder/'data', log=self.log)
        status = wait(self.start(out=folder/job/'peace'))
        assert not status, self.said()
        self.seconds,self.peace = time.time() - begun,outcome(folder/job/'peace')
    def said(self): return self.log.flush() or Path(self.log.name).read_text()[-2000:]
    def compare(self, out):
        self.found['rounds'] += 1
        self.found['same'] += outcome(out) == self.peace
        self.found['leftovers'] += sorted(p.name for p in out.rglob('*') if p.is_file() and p.relative_to(out).as_posix() not in self.peace)
        shutil.rmtree(out)
    def kill(self, kills):
        out,replaced = self.folder/self.job/'killed',2
        while self.found['kills'] < kills:
            how = ('random', 'before_rename', 'after_rename')[self.found['kills'] % 3]
            if how == 'random': status = killed(self.start(out=out), self.rng.uniform(0, self.seconds))
            else: status = wait(self.start(out=out, worst=(self.rng.randint(1, replaced), how == 'after_rename')))
            assert status in (0, -signal.SIGKILL), self.said()
            if status: self.found['kills'] += 1; self.found[how] += 1
            elif how != 'random' and replaced > 1: replaced = 1 # few files are left to write
            if not status: self.compare(out)
        if out.exists():
            assert not wait(self.start(out=out)), self.said()
            self.compare(out)
    def fill(self): # the disk, in the middle
        out = self.folder/self.job/'full'
        out.mkdir(parents=True)
        size = sum(p.stat().st_size for p in (self.folder/self.job/'peace').rglob('*') if p.is_file())
        with disk(out, size//2048) as more:
            status = wait(self.start(out=out/'run'))
            said = [l for l in self.said().splitlines() if l.startswith('SAID')]
            more()
            again = wait(self.start(out=out/'run'))
            self.found['full_disk'] = bool(status == 1 and said and any(w in said[-1] for w in ('No space left', 'disk full')) and not again)
            self.found['full_disk_said'] = said[-1][5:].replace(str(self.folder), 'FOLDER') if said else ''
            if not again: self.compare(out/'run')

@contextmanager
def disk(folder, kilobytes): # of its own, so small, which grows when asked to
    mount = lambda *how: subprocess.run(['mount', '-t', 'tmpfs', '-o', *how, 'tmpfs', folder], check=True)
    mount(f'size={max(kilobytes, 4)}k')
    try: yield lambda: mount('remount,size=256m')
    finally: subprocess.run(['umount', '-l', folder])

def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument('--kills', type=int, default=50)
    p.add_argument('--seed', type=int, default=0)
    p.add_argument('--out', default=ROOT/'data'/'results'/'kill.json')
    a = p.parse_args()
    torch.set_num_threads(1)
    begun,rng,found = time.time(),random.Random(a.seed),{}
    TEXT.encode(SCENES.labels)
    BENCH.train_parts(CELL), BENCH.test_part(CELL, 'toy'), build(BENCH, CELL) # read once, for all
    root = os.geteuid() == 0 and sys.platform == 'linux' # else no disk can be made
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        paint(folder/'data')
        for n,job in enumerate(JOBS):
            harm = Harm(job, folder, rng)
            harm.kill(len(range(n, a.kills, len(JOBS))))
            if root and job in ('training', 'features'): harm.fill()
            found[job] = harm.found | dict(seconds=round(harm.seconds, 1))
            print(f"{job:12}", ', '.join(f'{k} {v}' for k,v in found[job].items()), flush=True)
    good = all(f['same'] == f['rounds'] and not f['leftovers'] and f.get('full_disk', True) for f in found.values())
    kills = sum(f['kills'] for f in found.values())
    print(f"{kills} kills, {sum('full_disk' in f for f in found.values())} full disks: {'all runs ended as those left in peace' if good else 'NOT all ended as those left in peace'}")
    facts = dict(kills=kills, seed=a.seed, good=good, jobs=found, seconds=round(time.time() - begun), versions=versions())
    Path(a.out).write_text(json.dumps(facts, indent=1) + '\n')
    sys.exit(not good)

if __name__ == '__main__': main()
