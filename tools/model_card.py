"Write the model cards of `mini` and `mini-fast` from their measured results: python tools/model_card.py [--check]"
import json, sys
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from lseg_nb.hub import upgrade

ROOT = Path(__file__).resolve().parents[1]
WEIGHTS = ROOT/'lseg_nb'/'weights'
NAMES = { # of choices, in data/results/vocabulary.json: as version 0.1 called them, and as they are called now
    'all 1000 classes speak':'all 1,000 classes averaged', 'all classes equally loud':'no class shortened',
    'as loud at every place':'no confidence gate', 'as loud at every place, weight 1.5':'no confidence gate, weight 1.5',
    'loudness at each pixel, not place':'gate at each pixel, not place'}

def minutes(t): return round(t['seconds']/60)

def run(
    t:dict, # `training.json`, of this version or of 0.1
) -> dict:
    "Say what the card tells of one training."
    drop = t.get('drop_absent', .5)*t.get('drop_present', t.get('withhold', 0))
    again = [dict(seed=o['seed'], minutes=minutes(o)) for o in t.get('averaged_with', ())]
    return t | dict(attract=t.get('attract', t.get('pull')), truncate=t.get('truncate', t.get('enough')), drop=drop,
                    minutes=minutes(t), again=again, with_start=t.get('averaged_with_start', False))

def runs(
    t:dict, # `training.json`
) -> list:
    "List the trainings from ImageNet on, each of which began where the one before had ended."
    return [*(runs(t['start']) if t.get('start') else ()), run(t)]

def template(name):
    env = Environment(loader=FileSystemLoader(Path(__file__).parent), undefined=StrictUndefined, trim_blocks=True,
                      lstrip_blocks=True, keep_trailing_newline=True)
    env.filters['lite'] = lambda name: name.replace('tf_efficientnet_lite', 'EfficientNet-Lite')
    env.filters['by_value'] = lambda d: sorted(d.items(), key=lambda o: -o[1])
    return env.get_template(name)

def render(
    r:dict,     # as from `lseg_nb.evaluate.measure`
    tried:dict, # what other choices give, as the notebook results/extensions writes it
) -> str: # Markdown
    "Write the card of `mini`."
    config,_ = upgrade(r['config'])
    image,found = {'whole':0, 'familiar':[]} | config['image'],tried['found']['mini']
    own = f"weight {image.get('weight', 0):g}"
    choices = {k:NAMES.get(k, k) for k in found['voc'] if k not in ('photos', own)}
    facts = dict(data=dict.fromkeys(r['sets'])) | r['training']
    r = r | dict(training=facts | dict(data=dict.fromkeys(r['sets']) | facts['data']))
    return template('model_card.md.jinja').render(
        r=r, runs=runs(r['training']), image=image, dpt=image.get('encoder', image), head={'threshold':0} | config['head'],
        block=config['block'], found=found, choices=choices)

def render_fast(
    r:dict, # as from `lseg_nb.evaluate.measure`, with `ways`
) -> str: # Markdown
    "Write the card of `mini-fast`."
    config,_ = upgrade(r['config'])
    return template('model_card_fast.md.jinja').render(r=r, t=r['training'], dpt=config['image'], head=config['head'])

def main():
    def read(name): return json.loads((ROOT/'data'/'results'/f'{name}.json').read_text())
    cards = {'mini': render(read('mini'), read('vocabulary')), 'mini-fast': render_fast(read('mini_fast'))}
    for name,card in cards.items():
        path = WEIGHTS/name/'README.md'
        if '--check' not in sys.argv: path.write_text(card)
        elif path.read_text() != card: sys.exit(f"{path} is not what the results say; run python {sys.argv[0]}")

if __name__ == '__main__': main()
