"Build the site: python docs/build.py writes _docs/ from the notebooks with their stored outputs; a warning is an error."
import importlib, inspect, json, os, re, shutil, subprocess, sys, tempfile
from dataclasses import is_dataclass
from pathlib import Path

from fastcore.docments import docments, empty

from lseg_nb import LSeg, sample_photo
from lseg_nb._modidx import d as index

ROOT = Path(__file__).resolve().parents[1]
PARTS = {0:'Start', 1:'I The paper', 11:'II Train and measure', 19:'III The paper\'s tables', 28:'IV Beyond the paper', 37:'V Use it'}
PAGES = {'CHANGELOG.md':'changes.md', 'CONTRIBUTING.md':'contributing.md', 'README.md':'index.md',
         'lseg_nb/weights/mini/README.md':'mini.md', 'lseg_nb/weights/mini-fast/README.md':'mini-fast.md', 'SECURITY.md':'security.md',
         'data/results/README.md':'results/files.md'} # in the repository -> in the site

def place(path): # of a file of the repository in the site
    where = path.relative_to(ROOT).as_posix()
    if where in PAGES: return PAGES[where]
    if where == 'nbs/results': return 'results/paper_tables.ipynb'
    if where.startswith('nbs/'): return where[4:]
    return where

def relinked(text, path): # links between files of the repository become links between pages
    here = Path(place(path)).parent
    def link(m):
        target,_,anchor = m[1].partition('#')
        if re.match(r'\w+:', m[1]) or not target: return m[0]
        to = os.path.relpath(place((path.parent/target).resolve()), here)
        return f']({to}{"#" + anchor if anchor else ""})'
    return re.sub(r'\]\(([^)\s]+)\)', link, text)

def copy_page(path, site):
    "Copy a Markdown file or a notebook, without the lines that only nbdev reads."
    to = site/place(path)
    to.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == '.md': # without badges
        text = re.sub(r'^\[!\[.*\n', '', path.read_text(encoding='utf-8'), flags=re.M)
        return to.write_text(relinked(text, path), encoding='utf-8')
    nb = json.loads(path.read_text(encoding='utf-8'))
    for c in nb['cells']:
        source = ''.join(c['source'])
        if c['cell_type'] == 'markdown': source = relinked(source, path)
        else: source = re.sub(r'^#\s*\|.*\n?', '', source, flags=re.M)
        c['source'] = source
        for o in c.get('outputs', ()): # tables with links
            if (text := o.get('data', {}).get('text/markdown')): o['data']['text/markdown'] = relinked(''.join(text), path).replace('.ipynb)', '.html)')
    nb['cells'] = [c for c in nb['cells'] if c['source'].strip()]
    nb['metadata'].setdefault('language_info', dict(name='python'))
    to.write_text(json.dumps(nb), encoding='utf-8')

def found(name): # the object that a dotted name stands for
    module,_,path = name.removeprefix('lseg_nb.').partition('.')
    o = importlib.import_module(f'lseg_nb.{module}')
    for part in path.split('.'): o = inspect.getattr_static(o, part)
    return o

def cell(text): return ' '.join(str(text).split()).replace('|', '\\|')

def table(o): # parameters, with the docment of each
    rows = [(k, v) for k,v in docments(o, full=True, returns=True).items() if k != 'self']
    if not any(v.docment or k != 'return' for k,v in rows): return ''
    def kind(v):
        a = v.anno
        return '' if a is empty or a is None else f'`{getattr(a, "__name__", a)}`'
    def default(v): return '' if v.default is empty else f'`{cell(repr(v.default))}`'
    lines = [f'| {"*returns*" if k == "return" else f"`{k}`"} | {kind(v)} | {default(v)} | {cell(v.docment or "")} |' for k,v in rows
             if k != 'return' or v.docment or v.anno is not empty]
    return '\n'.join(['| | type | default | |', '| --- | --- | --- | --- |', *lines])

def entry(name): # one public object; None for what cannot be called
    path = name.split('.', 2)[2]
    o = found(name)
    if isinstance(o, (staticmethod, classmethod)): o = o.__func__
    if isinstance(o, property) or not callable(o):
        doc = getattr(o, '__doc__', None)
        return f'{"#"*(2 + path.count("."))} `{path}`\n\n{doc}\n' if isinstance(o, property) and doc else None
    parameters = table(o if not inspect.isclass(o) or is_dataclass(o) else o.__init__)
    doc = inspect.cleandoc(o.__doc__ or '')
    if inspect.isclass(o) and doc.startswith(f'{o.__name__}('): doc = '' # a dataclass's own
    if not doc and not parameters: return None
    return f'{"#"*(2 + path.count("."))} `{path}`\n\n{doc}\n\n{parameters}\n'

def reference(site):
    "Write a page for each module: every public object with its docments."
    chapters = {p.stem[3:]: p.stem for p in (ROOT/'nbs').glob('[0-9]*.ipynb')}
    names = []
    for module,stem in sorted(chapters.items(), key=lambda o: o[1]):
        public = [n for n in index['syms'].get(f'lseg_nb.{module}', {}) if not re.search(r'\._', n)]
        line = {n: inspect.getsourcelines(inspect.unwrap(o))[1] for n in public
                if inspect.isfunction(o := found(n)) or inspect.isclass(o)}
        entries = [e for n in sorted(public, key=lambda n: (n.split('.')[2], n.count('.'), line.get(n, 0)))
                   if (e := entry(n))]
        if not entries: continue
        doc = importlib.import_module(f'lseg_nb.{module}').__doc__
        (site/'api').mkdir(exist_ok=True)
        (site/'api'/f'{module}.md').write_text(f'# lseg_nb.{module}\n\n{doc}\n\nBuilt in [{stem}](../{stem}.ipynb).\n\n' + '\n'.join(entries))
        names.append(module)
    rows = '\n'.join(f'| [lseg_nb.{m}]({m}.md) | {importlib.import_module(f"lseg_nb.{m}").__doc__} |' for m in names)
    (site/'api'/'index.md').write_text(f'''# Reference

`from lseg_nb import LSeg, create_lseg, open_model, open_photo, sample_photo, Segmentation, Hierarchy, label_set, pick_device, Explorer`
is what most programs need. Everything public, module by module, in the order of the chapters:

| module | |
| --- | --- |
{rows}
''')
    return names

OWN = ROOT/'_web' # the page of chapter 52, where `make web` has made it
PHOTOS = [('temple', ['sky', 'building', 'tree']), ('dahlia', ['flower', 'leaf', 'other'])]

def gallery(site):
    "Segment the two sample photos, and write for each the page in which its labels can be edited."
    model = LSeg.from_pretrained('mini')
    folder = site/'extra'/'gallery'
    folder.mkdir(parents=True)
    for k,(name,labels) in enumerate(PHOTOS): model.segment(sample_photo(k), labels).to_html(folder/f'{name}.html')
    own = '' if not OWN.is_dir() else ('''```{raw} html
<p><a href="segment/index.html">Segment a photo of your own</a>, in this browser: some 45 MB are loaded once, and no photo leaves it.</p>
```

''')
    frames = '\n\n'.join(f'## {name.capitalize()}\n\n```{{raw}} html\n<iframe class="editor" src="gallery/{name}.html" title="label editor: {name}" '
                         f'loading="lazy"></iframe>\n<p><a href="gallery/{name}.html">The same, alone on a page</a></p>\n```' for name,_ in PHOTOS)
    (site/'gallery.md').write_text(f'''# Try it: edit the labels

Type a word, remove one, click a pixel: the masks change at once. Each of these is one file that `seg.to_html('page.html')` wrote
([45_page](45_page.ipynb)). It asks no server. The photos come with scikit-learn; the words that can be typed here are those that
the file holds, several thousand.

{own}{frames}
''')

def contents(modules): # the toctrees of the first page
    stems = sorted(p.stem for p in (ROOT/'nbs').glob('[0-9]*.ipynb'))
    starts = [*PARTS, 100]
    trees = [(PARTS[a], [s for s in stems if a <= int(s[:2]) < b]) for a,b in zip(starts, starts[1:])]
    trees[0][1].append('gallery')
    results = [f'results/{p.stem}' for p in sorted((ROOT/'nbs'/'results').glob('*.ipynb'))]
    tests = [f'tests/{p.stem}' for p in sorted((ROOT/'nbs'/'tests').glob('*.ipynb'))]
    trees += [('Results', [*results, 'results/files', 'mini', 'mini-fast']), ('Reference', ['api/index', *(f'api/{m}' for m in modules)]),
              ('Proofs of the machinery', tests), ('About', ['contributing', 'changes', 'security'])]
    return '\n\n'.join(f'```{{toctree}}\n:hidden:\n:caption: {caption}\n\n' + '\n'.join(pages) + '\n```' for caption,pages in trees)

def main(out=ROOT/'_docs'):
    with tempfile.TemporaryDirectory() as tmp:
        site = Path(tmp)/'site'
        for path in [*(ROOT/'nbs').rglob('*.ipynb'), *(ROOT/p for p in PAGES)]:
            if '.ipynb_checkpoints' not in path.parts and path.stem != 'index': copy_page(path, site)
        shutil.copytree(ROOT/'nbs'/'images', site/'images')
        (site/'lseg_nb').mkdir()
        shutil.copy(ROOT/'lseg_nb'/'catalogue.json', site/'lseg_nb')
        for name in ('conf.py', 'site.css', 'icon.svg'): shutil.copy(ROOT/'docs'/name, site)
        gallery(site)
        first = site/'index.md'
        home = re.sub(r'^## ', '**[Edit the labels of a photo now](gallery.md)**, in this tab: nothing is installed.\n\n## ',
                      first.read_text(encoding='utf-8'), count=1, flags=re.M)
        first.write_text(f'{home}\n{contents(reference(site))}\n', encoding='utf-8')
        made = Path(tmp)/'made'/'html' # myst-nb writes beside it, too
        command = [sys.executable, '-m', 'sphinx', '-W', '--keep-going', '-q', '-b', 'html', str(site), str(made), '-d', f'{tmp}/doctrees']
        done = subprocess.run(command, env=os.environ | dict(LSEG_NB_ROOT=str(ROOT)))
        if done.returncode: sys.exit(done.returncode)
        shutil.rmtree(out, ignore_errors=True)
        shutil.move(made, out)
    if OWN.is_dir(): shutil.copytree(OWN, out/'segment')
    shutil.rmtree(out/'.doctrees', ignore_errors=True)
    print(f'site: {len(list(out.rglob("*.html")))} pages, {sum(p.stat().st_size for p in out.rglob("*") if p.is_file())/2**20:.0f} MB in {out}')

if __name__ == '__main__': main()
