"What .ci/order, .ci/budgets and .ci/imports read: the notebooks and their modules, as text; nothing is run or imported."
import ast, json, re
from collections import namedtuple
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
Import = namedtuple('Import', 'module name level') # `from .module import name`; a plain `import module` has no name

class Notebook:
    def __init__(self, path):
        self.path, self.where = path, path.relative_to(ROOT).as_posix()
        self.cells = [c | {'source': ''.join(c['source'])} for c in json.loads(path.read_text(encoding='utf-8'))['cells']]
        m = re.fullmatch(r'(\d\d)_(\w+)', path.stem)
        self.number = int(m[1]) if m and path.parent.name == 'nbs' else None # a chapter has one; results and tests have none
        self.stem = path.stem

    @property
    def markdown(self): return [c['source'] for c in self.cells if c['cell_type'] == 'markdown']

    @property
    def code(self): return [c['source'] for c in self.cells if c['cell_type'] == 'code']

    @property
    def exported(self): return [c for c in self.code if re.match(r'(#\s*\|.*\n)*#\s*\|\s*export', c)]

    @property
    def module(self):
        return next((m[1] for c in self.code if (m := re.match(r'#\s*\|\s*default_exp\s+(\w+)', c))), None)

def notebooks():
    "Every notebook, chapters first, in the order of their numbers."
    paths = (p for p in (ROOT/'nbs').rglob('*.ipynb') if '.ipynb_checkpoints' not in p.parts)
    return sorted((Notebook(p) for p in paths), key=lambda nb: (nb.number is None, nb.where))

def lines(cell):
    "The lines of a code cell without its directives."
    return [l for l in cell.split('\n') if not re.match(r'#\s*\|', l)]

def tree(cell):
    "The syntax tree of a code cell, whose magics are taken out; None where the cell is not Python."
    if re.match(r'%%(?!time)', cell): return None
    python = '\n'.join(re.sub(r'^(\s*)[%!].*', r'\1pass', l) for l in cell.split('\n'))
    return compile(python, '<cell>', 'exec', ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)

def imports(node):
    "Every import below a node, those inside functions too."
    for n in ast.walk(node) if node else ():
        if isinstance(n, ast.Import): yield from (Import(a.name, None, 0) for a in n.names)
        if isinstance(n, ast.ImportFrom): yield from (Import(n.module or '', a.name, n.level) for a in n.names)

def own(i):
    "The name of the module of this package that an import is of, '' for the package itself; None for any other package."
    if i.level: return i.module.split('.')[0] or i.name
    package, _, module = i.module.partition('.')
    return None if package != 'lseg_nb' else module.split('.')[0]
