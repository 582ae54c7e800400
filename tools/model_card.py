"Write the model cards of `mini` and `mini-fast` from their measured results: python tools/model_card.py [--check]"
import json, sys
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

ROOT = Path(__file__).resolve().parents[1]
WEIGHTS = ROOT/'lseg_nb'/'weights'
ABOUT = { # model -> its results; what it is
    'mini':('mini', 'Everyday things, rooms, animals, streets, garments, and what an ImageNet classifier knows, in a few megabytes: two dozen '
                    'small data sets, a DPT decoder, MiniLM, and a classifier read beside them.'),
    'mini-fast':('mini_fast', 'One plain network, without the classifier that `mini` reads beside its own; `mini` went on from it.')}

def minutes(t): return round(t['seconds']/60)

def run(
    t:dict, # `training.json`, of this version or of 0.1
) -> dict:
    "Say what the card tells of one training."
    again = [dict(seed=o['seed'], minutes=minutes(o)) for o in t.get('averaged_with', ())]
    return t | dict(minutes=minutes(t), again=again, with_start=t.get('averaged_with_start', False), kept=t.get('kept', 0))

def runs(
    t:dict, # `training.json`
) -> list:
    "List the trainings from ImageNet on, each of which began where the one before had ended."
    return [*(runs(t['start']) if t.get('start') else ()), run(t)]

def render(
    name:str, # `mini` or `mini-fast`
) -> str: # Markdown
    "Write the card of a model."
    env = Environment(loader=FileSystemLoader(Path(__file__).parent), undefined=StrictUndefined, trim_blocks=True,
                      lstrip_blocks=True, keep_trailing_newline=True)
    env.filters['lite'] = lambda name: name.replace('tf_efficientnet_lite', 'EfficientNet-Lite')
    env.filters['by_value'] = lambda d: sorted(d.items(), key=lambda o: -o[1])
    file,about = ABOUT[name]
    r = json.loads((ROOT/'data'/'results'/f'{file}.json').read_text())
    image = {'classifier': None} | r['config']['image']
    return env.get_template('model_card.md.jinja').render(
        name=name, file=file, about=about, r=r, t=r['training'], runs=runs(r['training']), image=image,
        dpt=image.get('encoder', image), head=r['config']['head'])

def main():
    for name in ABOUT:
        path,card = WEIGHTS/name/'README.md',render(name)
        if '--check' not in sys.argv: path.write_text(card)
        elif path.read_text() != card: sys.exit(f"{path} is not what the results say; run python {sys.argv[0]}")

if __name__ == '__main__': main()
