"""Everyday photos with their masks, the best and the worst by IoU, and which of the 80 words is taken for which.
python tools/picture_everyday.py MODEL: needs LSEG_DATA with `coco`; writes nbs/images/everyday_tiles.jpg and nbs/images/everyday_confusion.png."""
import sys
from pathlib import Path

import matplotlib
matplotlib.use('agg')
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Patch

from lseg_nb.data import open_set
from lseg_nb.hub import open_model
from lseg_nb.labels import OTHER
from lseg_nb.loss import IGNORE
from lseg_nb.segment import palette

IMAGES = Path(__file__).resolve().parents[1]/'nbs'/'images'
SIDE,EACH = 160,6 # pixels of a tile at most; tiles of the best and of the worst

def asked(model, data): # for each photo: the words in it, the mask found, the true one, mean IoU of the words
    for i in range(len(data)):
        image,true = (np.asarray(x) for x in data[i])
        here = [k for k,l in enumerate(data.labels) if l != OTHER and (true == k).sum() > 0]
        if not here: continue
        seg = model.segment(image.transpose(1, 2, 0), [*(data.labels[k] for k in here), OTHER])
        found,known = np.array([*here, 0])[seg.mask],true != IGNORE
        iou = [((found == k) & (true == k)).sum()/(((found == k) | (true == k)) & known).sum() for k in here]
        yield image,here,found,true,float(np.mean(iou)),seg

def tiles(model, data):
    ranked = sorted(asked(model, data), key=lambda r: -r[4])
    fig,axes = plt.subplots(4, EACH, figsize=(EACH*1.6, 7.4), dpi=100, layout='constrained')
    for row,chosen in enumerate((ranked[:EACH], ranked[-EACH:])):
        for column,(image,here,found,_,iou,_) in enumerate(chosen):
            colors = np.array([*palette([data.labels[k] for k in here]), (225, 225, 225)], np.uint8)
            photo = image.transpose(1, 2, 0)
            at = np.searchsorted(here, found).clip(0, len(here) - 1)
            paint = colors[np.where(found == 0, len(here), at)]
            step = max(max(photo.shape)//SIDE, 1)
            for ax,x in ((axes[2*row, column], photo), (axes[2*row + 1, column], .35*photo + .65*paint)):
                ax.imshow(x[::step, ::step].astype(np.uint8)); ax.axis('off')
            axes[2*row, column].set_title(f'IoU {100*iou:.0f}', fontsize=8)
            names = [Patch(color=c/255, label=data.labels[k]) for k,c in zip(here, colors)][:5]
            axes[2*row + 1, column].legend(handles=names, fontsize=5, loc='upper center', bbox_to_anchor=(.5, 0), ncol=2,
                                           frameon=False, handlelength=.8, columnspacing=.6)
    fig.savefig(IMAGES/'everyday_tiles.jpg', pil_kwargs=dict(quality=82))

def confusion(model, data): # all words at once, on labelled pixels
    words = [k for k,l in enumerate(data.labels) if l != OTHER]
    names,counts = [data.labels[k] for k in words],np.zeros((len(words), len(words)), np.int64)
    for i in range(len(data)):
        image,true = (np.asarray(x) for x in data[i])
        where = np.isin(true, words)
        found = model.segment(image.transpose(1, 2, 0), names).mask
        np.add.at(counts, (np.searchsorted(words, true[where]), found[where]), 1)
    there = counts.sum(1) > 0
    share = counts[there]/counts[there].sum(1, keepdims=True)
    fig,ax = plt.subplots(figsize=(9, 7), dpi=90, layout='constrained')
    ax.imshow(share, cmap='magma_r', vmin=0, vmax=1, aspect='auto')
    ax.set_xticks(range(len(names)), names, rotation=90, fontsize=5)
    ax.set_yticks(range(there.sum()), [n for n,t in zip(names, there) if t], fontsize=5)
    ax.set(xlabel='found', ylabel='true')
    fig.savefig(IMAGES/'everyday_confusion.png')

if __name__ == '__main__':
    model,data = open_model(sys.argv[1]),open_set('coco', 'val')
    tiles(model, data)
    confusion(model, data)
