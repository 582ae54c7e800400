"Package metadata, read from settings.ini: the one place where nbdev and pip both look."
from configparser import ConfigParser
from pathlib import Path
from setuptools import find_packages, setup

here = Path(__file__).parent
parser = ConfigParser(delimiters=['='])
parser.read(here/'settings.ini', encoding='utf-8')
cfg = parser['DEFAULT']

extras = {name: cfg[f'{name}_requirements'].split() for name in ('train', 'app', 'download', 'paper', 'video', 'ray',
                                                                         'light', 'export', 'openvino')}
extras['all'] = [r for needed in extras.values() for r in needed]
extras['dev'] = extras['all'] + cfg['dev_requirements'].split()
extras['docs'] = cfg['docs_requirements'].split()

setup(name=cfg['lib_name'], version=cfg['version'], description=cfg['description'], keywords=cfg['keywords'],
      author=cfg['author'], license='Apache-2.0', python_requires=f">={cfg['min_python']}",
      packages=find_packages(include=['lseg_nb', 'lseg_nb.*']),
      package_data={'lseg_nb': [f'**/*.{kind}' for kind in ('css', 'html', 'js', 'json', 'md', 'safetensors', 'txt')]},
      install_requires=cfg['requirements'].split(), extras_require=extras,
      entry_points={'console_scripts': cfg['console_scripts'].split()},
      long_description=(here/'README.md').read_text(encoding='utf-8'), long_description_content_type='text/markdown')
