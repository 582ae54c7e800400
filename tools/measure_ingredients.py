"""What each ingredient of `mini`'s training is worth: small trainings from ImageNet, each with one thing more, asked for everyday words.
python tools/measure_ingredients.py FOLDER [SEEDS]: needs LSEG_DATA with the sets of `EVERYDAY`; goes on where it was stopped, and writes data/results/ingredients.json."""
import shutil, sys, time
from pathlib import Path

import torch

from lseg_nb.data import data_root, open_set
from lseg_nb.evaluate import three_ways
from lseg_nb.hub import Record
from lseg_nb.metrics import versions
from lseg_nb.recipes import EVERYDAY, RECIPES, Recipe, train

FILE = Path(__file__).resolve().parents[1]/'data'/'results'/'ingredients.json'
THINGS = {'voc': (2.75, 160, .25), 'coco': (2, 160, .25)}
USUAL = Recipe(THINGS, classifier=None, hidden=(), epochs=2, steps=50, valid=1, read_threshold=.3, read_growth=.5)
LITE0 = dict(teacher='tf_efficientnet_lite0', whole=0.) # the classifier as a teacher
ROWS = { # what is not as usual
    'usual': {},
    'without the photos of COCO': dict(mix={'voc': THINGS['voc']}),
    'with 22 sets more': dict(mix={k:(part, 160, power) for k,(part,_,power) in EVERYDAY.items()},
                              hidden=RECIPES['mini'].hidden),
    'things pasted into COCO': dict(pasted=('coco',)),
    'photos without masks, and a teacher': dict(photos={'imagenet_samples/images': (1.25, 160)}, **LITE0),
    'the classifier beside it': dict(classifier='tf_efficientnet_lite0', classifier_weight=1.5),
    'crops of 224': dict(mix={k:(part, 224, power) for k,(part,_,power) in THINGS.items()}),
    'twice as long': dict(epochs=4),
}
SETS = {'coco': 1, 'voc': 24} # every so manieth validation photo

def figures(model): # as people ask
    out = {}
    for s,every in SETS.items():
        data = open_set(s, 'val')
        part = data.subset(range(0, len(data), every))
        ways = three_ways(model, part)
        out[s] = dict(photos=len(part), **{k:ways[k] for k in ('present', 'one', 'all', 'absent')})
    return out

def main(folder, seeds=3):
    about = dict(steps=USUAL.epochs*USUAL.steps, batch=USUAL.bs, backbone=USUAL.backbone, rows=list(ROWS))
    file = Record(FILE, about, 'a measurement')
    for seed in range(int(seeds)):
        for name,changes in ROWS.items():
            done = (file.read() or {}).get('rows', {})
            if len(done.get(name, [])) > seed: continue
            begun,out = time.time(),Path(folder)/f'{name.replace(" ", "-")}_{seed}'
            model = train(USUAL, data_root(), out, seed, **changes)
            took = round(time.time() - begun)
            run = dict(seed=seed, sets=figures(model), seconds_training=took, seconds=round(time.time() - begun))
            done = done | {name: [*done.get(name, []), run]}
            file.write(dict(command='python tools/measure_ingredients.py FOLDER', rows=done, versions=versions(),
                            seconds=sum(r['seconds'] for rows in done.values() for r in rows),
                            threads=torch.get_num_threads()))
            shutil.rmtree(out) # the figures are what is kept
            print(seed, name, run['sets'], took, flush=True)

if __name__ == '__main__': main(*sys.argv[1:])
