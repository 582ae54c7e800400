#!/usr/bin/env python
"""What the page of `lseg web` weighs, how quick it is and how far its masks are Python's: python tools/measure_web.py writes the site to _web, uses it in
Chromium (needs npm, chromium, chromedriver) and writes data/results/web.json. The machine must have nothing else to do. Where it has, `chrt -r 1 python .ci/web _web --only masks large edits sixty dropped --out data/results/web.json`
measures the times once more, before all others."""
import json, shutil, sys, tempfile, time
from importlib.machinery import SourceFileLoader
from pathlib import Path

from lseg_nb.export import agreement, export, shrink
from lseg_nb.hub import open_model
from lseg_nb.metrics import versions
from lseg_nb.performance import machine
from lseg_nb.web import deflated, write_site

ROOT = Path(__file__).resolve().parents[1]
sys.dont_write_bytecode = True
web = SourceFileLoader('web', str(ROOT/'.ci'/'web')).load_module()

def bits_needed(model, exact, site, folder): # of the image network: what they weigh, and on how many pixels the mask stays
    for name in web.SAMPLES: shutil.copy(site/name, folder)
    photos,rows = web.pictures(folder),[]
    for bits in (8, 10, 12):
        shutil.copytree(exact, at := folder/f'{bits}')
        shrink(at/'image.onnx', f'int{bits}')
        same = [agreement(model, at, [p], labels)['same'] for p,labels in photos.items()]
        rows.append(dict(bits=bits, MB=round(len(deflated((at/'image.onnx').read_bytes()))/1e6, 2), least=min(same), mean=sum(same)/len(same)))
        print(rows[-1], flush=True)
    return rows

def main():
    start,model = time.time(),open_model('mini')
    with tempfile.TemporaryDirectory() as d:
        export(model, exact := Path(d)/'exact')
        write_site(ROOT/'_web', exact)
        bits = bits_needed(model, exact, ROOT/'_web', Path(d))
    failed,told = web.run(ROOT/'_web')
    if failed: sys.exit('the page does not pass its tests; nothing was written')
    found = told | dict(bits=bits, command='python tools/measure_web.py', machine=machine(), versions=versions(), seconds=round(time.time() - start))
    (ROOT/'data'/'results'/'web.json').write_text(json.dumps(found, indent=1) + '\n')

if __name__ == '__main__': main()
