"""Forty photos with three new words, trained alone and beside old sets, and what it costs on the old words.
python tools/measure_own_data.py FOLDER [STEPS]: needs LSEG_DATA with VOC, CamVid and CCP; goes on where it was stopped, and writes data/results/own_data.json.
STEPS: batches an epoch, of 8 epochs; without it as many as are chosen for forty photos. A third argument, before, alone or mixed, does that part only."""
import hashlib, os, sys, time
from pathlib import Path

import torch

from lseg_nb.data import data_root, open_set
from lseg_nb.hub import Record, pretrained_folder, open_model
from lseg_nb.metrics import percent, versions
from lseg_nb.own_data import choose, look, measure_each, train_own
from lseg_nb.recipes import record
from pasted import THINGS, practice_set

FILE = Path(__file__).resolve().parents[1]/'data'/'results'/'own_data.json'
OLD = 'voc', 'camvid', 'ccp' # sets that `mini` was trained on
FEW = 66 # validation photos of VOC that are measured, evenly spread
CHOICES = 'backbone', 'features', 'size', 'epochs', 'steps', 'batch', 'lr', 'precision', 'seconds'

def figures(name, folder): # of a model: on the new words, and on VOC's
    model,out = open_model(name),{}
    for s in (folder/'mine', 'voc'):
        data = open_set(str(s), 'val')
        words,cm,_ = measure_each(model, data, FEW)
        iou = {w: percent(v, 1) for w,v in zip(words, cm.iou)}
        out[words.name] = dict(photos=min(FEW, len(data)), mIoU=percent(cm.miou), pixAcc=percent(cm.pix_acc), IoU=iou)
    return out

def trained(name, sets, folder, steps): # what training.json tells
    train_own([str(s) for s in sets], data_root(), folder/name, epochs=8, steps=steps, measure=False)
    facts = record(folder/name)
    return {k:facts[k] for k in CHOICES} | dict(mix={Path(k).name:v for k,v in facts['mix'].items()})

def main(folder, steps=None, only=None):
    folder = Path(folder).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder/'mine'/'splits'/'val.txt').is_file(): practice_set(folder/'mine', 40, 20)
    steps = int(steps or choose(look([str(folder/'mine')])).steps)
    sha = hashlib.sha256((pretrained_folder('mini')/'model.safetensors').read_bytes()).hexdigest()
    about = dict(start='mini', start_sha256=sha, words=list(THINGS), photos=40, val=20, seed=0, steps=steps)
    file = Record(FILE, about, 'a measurement')
    for name,sets in {'before': None, 'alone': [folder/'mine'], 'mixed': [folder/'mine', *OLD]}.items():
        if only not in (None, name) or name in (file.read() or {}).get('trainings', {}): continue
        begun,cpu = time.time(),time.process_time()
        run = dict(training=trained(name, sets, folder, steps)) if sets else {}
        run |= dict(seconds_training=round(time.time() - begun), cpu_seconds_training=round(time.process_time() - cpu))
        run |= dict(sets=figures(folder/name if sets else 'mini', folder), seconds=round(time.time() - begun),
                    cpu_seconds=round(time.process_time() - cpu), threads=torch.get_num_threads(), load=round(os.getloadavg()[2], 1))
        runs = (file.read() or {}).get('trainings', {}) | {name: run}
        file.write(dict(command=f'python tools/measure_own_data.py FOLDER {steps}', trainings=runs, versions=versions(),
                        seconds=sum(r['seconds'] for r in runs.values()), threads=torch.get_num_threads()))
        print(name, {k:v['mIoU'] for k,v in run['sets'].items()}, flush=True)

if __name__ == '__main__': main(*sys.argv[1:])
