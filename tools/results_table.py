"List the results with what made them: python tools/results_table.py writes data/results/README.md; needs git and its history"
import json, subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT/'data'/'results'
ABOUT = {'command', 'versions', 'training', 'config', 'setting', 'name', 'device', 'split', 'model', 'seconds', 'threads'} # not what was measured
EVALUATE = 'lseg evaluate {} --sets "voc, camvid, ccp, coco_probe" --data DIR --out FILE'
EVERYDAY = 'lseg evaluate {} --sets SETS --ways --data DIR --out FILE, SETS as in nbs/results/everyday'
WHAT = { # file -> what it measures; the command
    'mini':('`mini`, on 24 sets in three ways of asking', EVERYDAY.format('mini')),
    'mini_fast':('`mini-fast`, the same', EVERYDAY.format('mini-fast')),
    'mini_seed1':('the recipe `mini` with seed 1, on the sets with a goal; weights not kept', EVERYDAY.format('OUT')),
    'mini_seed2':('the recipe `mini` with seed 2, on the sets with a goal; weights not kept', EVERYDAY.format('OUT')),
    'mini_mean':('the mean of `mini` and seed 2, on the sets with a goal; weights not kept', EVERYDAY.format('MEAN')),
    'ingredients':('what each ingredient of the recipe is worth, by small trainings', 'python tools/measure_ingredients.py FOLDER'),
    'mini_lite2_everyday':('the `mini` of commit 6f50140, the same', EVERYDAY.format('FOLDER')),
    'mini_lite2':('the `mini` of commit 6f50140: Lite2 and its classifier, three sets', EVALUATE.format('FOLDER')),
    'other_begins':('where "other" should begin, by the number of words', 'nbs/results/everyday.ipynb with FULL = True'),
    'mini_before':('the `mini` of commit f8b9303: Lite0, "other" a word, no classifier', EVALUATE.format('FOLDER')),
    'mini_lite0':('the `mini` of commit af9975a: Lite0, the mean of three seeds', EVALUATE.format('FOLDER')),
    'lite2_start':('the `mini` of commit 422b3b7, on which the next three went on', EVALUATE.format('FOLDER')),
    **{f'lite2_seed{s}':(f'`runs/third{s}` of chapter 34; weights not kept, `mini` is their mean with their start',
                         EVALUATE.format(f'runs/third{s}')) for s in range(3)},
    'not_withheld':('the `mini` of commit 54c73cf: no label dropout, no hidden words', EVALUATE.format('FOLDER')),
    'hidden_words':('hidden words alone, 76 minutes on two cores by version 0.1; weights not kept', EVALUATE.format('FOLDER')),
    'withheld':('label dropout and hidden words, seed 2: the `mini` of commit d02b8bd', EVALUATE.format('FOLDER')),
    **{f'withheld_seed{s}':(f'the same, seed {s}; weights not kept', EVALUATE.format('FOLDER')) for s in (3, 4)},
    'other':('the decision for "other", a word or a reject option', 'nbs/results/extensions.ipynb with FULL = True'),
    'one_word':('one word beside "other"', 'nbs/results/extensions.ipynb with FULL = True'),
    'vocabulary':('weights and choices of the classifier', 'nbs/results/extensions.ipynb with FULL = True'),
    'hierarchy':('garments below clothing below a person', 'nbs/results/extensions.ipynb with FULL = True'),
    'scale':('5,000 small photos by one loop and by Ray Data on two cores, a worker killed three times', 'python tools/measure_scale.py'),
    'kill':('training, evaluation, features and experiments killed fifty times, and two full disks', 'make kill'),
    'service':('people who use one `lseg explore` at once, and what tries to get in', 'python tools/service.py'),
    'web':('the page of `lseg web` in Chromium: sizes, times, and how far its masks are those of Python', 'python tools/measure_web.py'),
    'own_data':('`mini` trained on forty photos with three new words, alone and beside three old sets', 'python tools/measure_own_data.py FOLDER'),
    'clip_time':('towers of CLIP read densely, beside the tower alone; random weights', 'python tools/measure_clip.py'),
    'export':('what an exported `mini` takes, and how far its masks agree with torch\'s, on fifty photos', 'python tools/measure_export.py'),
    'findings':('Figures 1, 5 and 6, asked of many photos', 'nbs/results/findings.ipynb with FULL = True'),
    'fuzz':('broken and hostile inputs of ten kinds: right, refused in a sentence, failed', 'make fuzz'),
    'performance':('what each part costs, beside the plain way', 'make bench; the comparison of masks by bench(FILE, parts=["agreement"])'),
    'mini_history':('`mini.json` and `findings.json` of every commit', 'nbs/results/mini_log.ipynb with FULL = True'),
}
HEAD = '''# Results

What each file holds, the command that makes it, the commit whose run the figures are of, and what it took. Written by `python tools/results_table.py`.

- DIR is the folder with the data sets, FILE the file, FOLDER a model's folder. A `mini` of another commit: `git show COMMIT:lseg_nb/weights/mini/model.safetensors`, and `config.json`; this version opens both.
- **No set here is a true test of `mini`:** where its "other" begins was chosen on validation photos of VOC, COCO and CCP, its first classifier and that one's weight with `coco_probe` in view. The zero-shot models of `folds/` are read in a way that was chosen on the photos they are measured on. Chapter 22 says what chose the settings of `small/`.
- Files keep the words of the version that wrote them: `none_of_these` and `line` are the reject threshold, `vocabulary` the weight of the classifier, `withhold` label dropout, `pull` the attraction term, `enough` truncation, "loud" and "speaks" the gate and the vectors' lengths. Commands with the number of an old notebook are those of version 0.1.
- Minutes are of the run that wrote the file, without trainings that came before it; threads are CPU threads.
'''

def git(*args): return subprocess.run(['git', '-C', ROOT, *args], capture_output=True, text=True).stdout # '': not there

def measured(text): # what a file holds of measurements
    if not text: return None # the commit removed it
    d = json.loads(text)
    return [r['results'] for r in d['runs']] if isinstance(d.get('runs'), list) else {k:v for k,v in d.items() if k not in ABOUT}

def made_by(path): # the newest commit that changed what was measured
    name = path.relative_to(ROOT).as_posix()
    shas = git('log', '--format=%h', '--', name).split()
    if not shas: return 'with this table'
    texts = [measured(git('show', f'{c}:{name}')) for c in shas]
    return next((c for c,new,old in zip(shas, texts, texts[1:]) if new != old), shas[-1])

def took(d): # minutes and machine
    runs = d.get('runs', [d])
    if isinstance(runs, dict): runs = [*runs.values()]
    seconds = sum(r.get('wall', r.get('seconds', 0)) for r in runs)
    threads = runs[0].get('threads')
    machine = 'GPU' if d.get('device') == 'cuda' else f'{threads} threads' if threads and threads > 1 else '1 thread' if threads else 'not told'
    return f'{seconds/60:.0f} | {machine}' if seconds else 'seconds | any'

def row(path):
    d,folder = json.loads(path.read_text()),path.parent.name
    what,command = WHAT.get(path.stem, ('', d.get('command', '')))
    if folder == 'folds':
        fold,seed = path.stem[4],path.stem[-1]
        what = f'a zero-shot model by the recipe of `mini`, fold {fold}, seed {seed}; minutes without the training'
        command = f"train('mini_gpu', DIR, OUT, {seed}, fold={fold}, steps=250, bs=40), then lseg evaluate OUT --sets voc --data DIR --out FILE"
    if folder in ('small', 'toy'): what = f"{len(d['runs'])} runs"
    return f'| `{path.name}` | {what} | `{command}` | {made_by(path)} | {took(d)} |'

def table(folder):
    head = '| file | what | command | commit | minutes | machine |\n| --- | --- | --- | --- | ---: | --- |\n'
    return head + '\n'.join(row(p) for p in sorted(folder.glob('*.json'))) + '\n'

def main():
    parts = [HEAD, '\n## Models and extensions\n' + table(RESULTS)]
    for name,title in (('folds', 'Zero-shot models'), ('small', "The paper's tables, small"), ('toy', 'The toys')):
        parts.append(f'\n## {title}: `{name}/`\n' + table(RESULTS/name))
    (RESULTS/'README.md').write_text(''.join(parts))

if __name__ == '__main__': main()
