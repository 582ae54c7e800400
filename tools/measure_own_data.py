"""Forty photos with three new words, a quarter of an hour on two cores, and what it costs on the old words: python tools/measure_own_data.py FOLDER
needs LSEG_DATA for VOC, CamVid and CCP; it goes on where it was stopped, and writes data/results/own_data.json"""
import hashlib, json, os, sys, time
from pathlib import Path

import torch

from lseg_nb.data import data_root, open_set
from lseg_nb.hub import Record, open_model, pretrained_folder
from lseg_nb.metrics import percent, versions
from lseg_nb.own_data import THINGS, measure_each, practice_set, train_own
from lseg_nb.recipes import record

OLD = 'voc', 'camvid', 'ccp' # what `mini` was trained on
FEW = 110 # validation photos of each old set, evenly spread
CHOICES = 'backbone', 'features', 'size', 'epochs', 'steps', 'batch', 'lr', 'precision', 'mix', 'data'

def figures(name, folder): # of a model: on the new words, and on old ones
    model,out = open_model(name),{}
    for s,most in ((folder/'mine', 100), *((s, FEW) for s in OLD)):
        words,cm,_ = measure_each(model, open_set(str(s), 'val'), most)
        out[words.name] = dict(photos=int(min(most, len(open_set(str(s), 'val')))), mIoU=percent(cm.miou), pixAcc=percent(cm.pix_acc),
                               IoU={w: percent(v, 1) for w,v in zip(words, cm.iou)} if words.name == 'mine' else {})
    return out

def main(folder):
    folder = Path(folder).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder/'mine'/'splits'/'val.txt').is_file(): practice_set(folder/'mine', 40, 20)
    sha = hashlib.sha256((pretrained_folder('mini')/'model.safetensors').read_bytes()).hexdigest()
    about = dict(start='mini', start_sha256=sha, words=list(THINGS), photos=40, val=20, seed=0)
    file = Record(Path(__file__).resolve().parents[1]/'data'/'results'/'own_data.json', about, 'a measurement')
    done = file.read() or dict(command='python tools/measure_own_data.py FOLDER', runs={})
    sets = {'before': None, 'alone': [folder/'mine'], 'mixed': [folder/'mine', *OLD]}
    for name,of in sets.items():
        run,begun,cpu = done['runs'].setdefault(name, {}),time.time(),time.process_time()
        if of and 'training' not in run:
            given = {} if name == 'alone' else {k:done['runs']['alone']['training'][k] for k in ('epochs', 'steps')} # as long
            train_own([str(s) for s in of], data_root(), folder/name, start='mini', measure=False, **given)
            facts = record(folder/name)
            data = {Path(k).name:v for k,v in facts['mix'].items()}
            run['training'] = {k:facts[k] for k in CHOICES if k in facts} | dict(mix=data, seconds=facts['seconds'],
                cpu_seconds=round(time.process_time() - cpu), load=os.getloadavg()[2], threads=torch.get_num_threads())
            file.write(done)
        if 'sets' not in run:
            run['sets'] = figures(folder/name if of else 'mini', folder)
            run['seconds'] = round(time.time() - begun)
        done |= dict(seconds=sum(r.get('seconds', 0) for r in done['runs'].values()), threads=torch.get_num_threads(), versions=versions())
        file.write(done)
        print(name, {k:v['mIoU'] for k,v in run['sets'].items()}, flush=True)

if __name__ == '__main__': main(sys.argv[1])
