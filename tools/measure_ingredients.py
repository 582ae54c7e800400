"""What each ingredient of `mini`'s training is worth: small trainings from the `mini` of three sets, each with one thing changed.
python tools/measure_ingredients.py FOLDER [SEEDS]: needs LSEG_DATA with the sets of `EVERYDAY`, and a clone with its history, which holds
the model they begin with; goes on where it was stopped, and writes data/results/ingredients.json."""
import shutil, subprocess, sys, time
from pathlib import Path

import torch

from lseg_nb.data import data_root, open_set
from lseg_nb.evaluate import three_ways
from lseg_nb.hub import Record, open_model
from lseg_nb.metrics import versions
from lseg_nb.recipes import EVERYDAY, MIX, RECIPES, Recipe, record, train

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT/'data'/'results'/'ingredients.json'
START = '3ee1fb9' # the last commit whose `mini` knew three sets; `mini-fast` went on from it
SMALL = {k:(part, 160, power) for k,(part,_,power) in EVERYDAY.items()}
MINI = RECIPES['mini']
USUAL = Recipe(SMALL, MINI.backbone, classifier=None, hidden=MINI.hidden, epochs=1, steps=100, lr=MINI.lr,
               kept=MINI.kept, valid=1, read_threshold=MINI.read_threshold, read_growth=MINI.read_growth)
TAUGHT = {k:getattr(RECIPES['mini_fast'], k) for k in ('photos', 'teacher', 'whole')}
ROWS = { # what is not as usual
    'usual': {},
    'no new photos': dict(mix={k:SMALL[k] for k in MIX}),
    'of the new photos those of COCO': dict(mix={k:SMALL[k] for k in (*MIX, 'coco')}),
    'things pasted': dict(pasted=MINI.pasted),
    'photos without masks, and a teacher': TAUGHT,
    'the classifier stays beside it': dict(classifier='usual'),
    'crops as large as mini\'s': dict(mix=EVERYDAY),
    'twice as long': dict(epochs=2),
}
SETS = {'coco': 1, 'voc': 12, 'nyu': 8} # every so manieth validation photo

def begun_with(folder): # the model of that commit, as a folder
    folder.mkdir(parents=True, exist_ok=True)
    for f in ('config.json', 'model.safetensors', 'training.json'):
        got = subprocess.run(['git', 'show', f'{START}:lseg_nb/weights/mini/{f}'], cwd=ROOT, capture_output=True)
        if got.returncode: raise FileNotFoundError(f"this clone has no commit {START}; clone it with its history")
        (folder/f).write_bytes(got.stdout)
    assert record(folder) == record('mini-fast')['start'], "mini-fast went on from another model"
    return folder

def figures(model): # as people ask
    out = {}
    for s,every in SETS.items():
        data = open_set(s, 'val')
        part = data.subset(range(0, len(data), every))
        ways = three_ways(model, part)
        out[s] = dict(photos=len(part), **{k:ways[k] for k in ('present', 'one', 'all', 'absent')})
    return out

def main(folder, seeds=3):
    start = begun_with(Path(folder)/'start')
    about = dict(start=START, steps=USUAL.epochs*USUAL.steps, batch=USUAL.bs, backbone=USUAL.backbone, rows=list(ROWS))
    file = Record(FILE, about, 'a measurement')
    before = (file.read() or {}).get('before') or figures(open_model(str(start)))
    for seed in range(int(seeds)):
        for name,changes in ROWS.items():
            done = (file.read() or {}).get('rows', {})
            if len(done.get(name, [])) > seed: continue
            begun,out = time.time(),Path(folder)/f'{name.replace(" ", "-")}_{seed}'
            model = train(USUAL, data_root(), out, seed, start, **changes)
            took = round(time.time() - begun)
            run = dict(seed=seed, sets=figures(model), seconds_training=took, seconds=round(time.time() - begun))
            done = done | {name: [*done.get(name, []), run]}
            file.write(dict(command='python tools/measure_ingredients.py FOLDER', before=before, rows=done, versions=versions(),
                            seconds=sum(r['seconds'] for rows in done.values() for r in rows),
                            threads=torch.get_num_threads()))
            shutil.rmtree(out) # the figures are what is kept
            print(seed, name, run['sets'], took, flush=True)

if __name__ == '__main__': main(*sys.argv[1:])
