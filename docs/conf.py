"How Sphinx turns the pages that docs/build.py gathers into the site."
import configparser, os
from pathlib import Path

import latex2mathml.converter
from docutils.nodes import SkipNode

settings = configparser.ConfigParser(delimiters=['='])
settings.read(Path(os.environ['LSEG_NB_ROOT'])/'settings.ini', encoding='utf-8')
about = settings['DEFAULT']

project,author,release = about['lib_name'],about['author'],about['version']
copyright = '2026, ' + author
extensions = ['myst_nb']
html_theme = 'sphinx_book_theme'
html_title = project
html_favicon = 'icon.svg'
html_static_path = ['site.css']
html_css_files = ['site.css']
html_extra_path = ['extra'] # the gallery's pages: as they are
html_show_sourcelink = html_copy_source = html_use_index = False
html_theme_options = dict(use_download_button=False, use_fullscreen_button=False, show_toc_level=2, show_navbar_depth=1)
html_context = dict(default_mode='light')
exclude_patterns = ['extra']

nb_execution_mode = 'off' # the outputs are those that are stored in the notebooks
nb_merge_streams = True
nb_mime_priority_overrides = [('html', 'application/vnd.jupyter.widget-view+json', None)]
myst_enable_extensions = ['dollarmath', 'amsmath']
myst_heading_anchors = 4
suppress_warnings = ['myst.header', 'mystnb.mime_priority']

def math(latex, display): return latex2mathml.converter.convert(latex, display='block' if display else 'inline')

def visit_math(self, node):
    self.body.append(math(node.astext(), False))
    raise SkipNode

def visit_displaymath(self, node):
    self.body.append(f'<div class="math">{math(node.astext(), True)}</div>')
    raise SkipNode

def setup(app): app.add_html_math_renderer('mathml', (visit_math, None), (visit_displaymath, None)) # needs no script and no network
html_math_renderer = 'mathml'
