"Practice photos that may be shown: drawn things pasted into pieces of the two photos that come with scikit-learn. Used by chapter 54 and by tools/measure_own_data.py"
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from lseg_nb.labels import OTHER
from lseg_nb.photo import sample_photo

THINGS = 'traffic cone', 'beach ball', 'snowman'

def _draw(k, n, rng): # thing k on a clear square of n pixels
    img = Image.new('RGBA', (n, n))
    d,at = ImageDraw.Draw(img),lambda *v: [x*n for x in v]
    if k == 0:
        orange = 255,int(rng.integers(70, 130)),int(rng.integers(20, 60))
        d.polygon(at(.44, .04, .56, .04, .8, .88, .2, .88), orange)
        for y in (.3, .58): # white bands
            a,b = (.06 + .18*(v - .04)/.84 for v in (y, y + .13))
            d.polygon(at(.5 - a, y, .5 + a, y, .5 + b, y + .13, .5 - b, y + .13), (240, 240, 240))
        d.rectangle(at(.08, .86, .92, .96), orange)
    if k == 1:
        colors = rng.permutation([(220, 40, 40), (40, 90, 210), (250, 200, 40), (40, 160, 80)])
        for i in range(6):
            color = tuple(map(int, colors[i//2])) if i % 2 else (245, 245, 245)
            d.pieslice(at(.05, .05, .95, .95), 60*i, 60*i + 60, color)
        d.ellipse(at(.42, .36, .56, .5), (245, 245, 245))
    if k == 2:
        for x,y,r in ((.5, .72, .26), (.5, .4, .19), (.5, .17, .13)):
            d.ellipse(at(x - r, y - r, x + r, y + r), (235, 238, 245))
        for x,y in ((.45, .14), (.55, .14), (.5, .36), (.5, .44), (.5, .64)):
            d.ellipse(at(x - .018, y - .018, x + .018, y + .018), (30, 30, 30))
        d.polygon(at(.49, .17, .49, .2, .64, .2), (240, 120, 20))
        d.rectangle(at(.38, .26, .62, .3), tuple(map(int, rng.integers(30, 220, 3))))
    return img

def pasted(
    half:int, # 0: of the left halves of the two photos; 1: of the right ones
    rng,      # a numpy generator
    size:tuple=(320, 240), # (width, height)
) -> tuple: # PIL photo; (H, W) uint8 mask: 0 other, then `THINGS`
    "Paste one to three drawn things into a piece of a photo."
    photo,(w,h) = sample_photo(int(rng.integers(2))),size
    side = rng.uniform(.5, 1)*photo.height
    x,y = rng.uniform(0, photo.width/2 - .5*side) + half*photo.width/2,rng.uniform(0, photo.height - .75*side)
    photo = photo.resize(size, box=(x, y, min(x + side, photo.width), y + .75*side))
    mask = np.zeros((h, w), np.uint8)
    for k in rng.choice(3, rng.integers(1, 4), replace=False):
        n = int(rng.uniform(.2, .6)*h)
        thing = _draw(k, 4*n, rng).rotate(rng.uniform(-25, 25), Image.BICUBIC).resize((n, n), Image.LANCZOS)
        light = rng.uniform(.55, 1)*np.linspace(1, rng.uniform(.5, 1), n)[None, :, None] # from one side
        shaded = np.asarray(thing)*np.concatenate([light.repeat(3, 2), np.ones((1, n, 1))], 2)
        thing = Image.fromarray(shaded.astype(np.uint8), 'RGBA').filter(ImageFilter.GaussianBlur(.6))
        at = int(rng.integers(0, w - n)),int(rng.integers(0, h - n))
        photo.paste(thing, at, thing)
        inside = np.asarray(thing)[..., 3] > 127
        mask[at[1]:at[1] + n, at[0]:at[0] + n][inside] = k + 1
    return photo,mask

def practice_set(
    folder,          # where it goes, in the plain layout
    train:int=40,    # photos
    val:int=20,
    seed:int=0,
):
    "Write photos with pasted things and their masks."
    folder,rng = Path(folder),np.random.default_rng(seed)
    for d in ('images', 'masks', 'splits'): (folder/d).mkdir(parents=True, exist_ok=True)
    (folder/'labels.txt').write_text('\n'.join((OTHER, *THINGS)))
    for half,(split,n) in enumerate((('train', train), ('val', val))):
        ids = [f'{split}{i:03}' for i in range(n)]
        for i in ids:
            photo,mask = pasted(half, rng)
            photo.save(folder/'images'/f'{i}.jpg', quality=92)
            Image.fromarray(mask).save(folder/'masks'/f'{i}.png')
        (folder/'splits'/f'{split}.txt').write_text('\n'.join(ids))
