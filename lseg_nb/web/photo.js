// A photo as the network sees it in Python (chapter 09_photo): upright, transparent parts on white, resized as Pillow resizes.
const MIN_SIDE = 16, PANORAMA = 4, MOST = 2**21, STRIP = 2**21 // pixels

export function workingSize(W, H, short) { // of a photo and its short side -> [width, height]
  let longest = 3*short/Math.max(W, H)
  if (Math.max(W, H) > PANORAMA*Math.min(W, H)) longest = Math.max(longest, (MOST/(W*H))**.5)
  const scale = Math.min(short/Math.min(W, H), longest, 4)
  return [W, H].map(v => Math.max(even(v*scale), MIN_SIDE))
}
const even = x => { const n = Math.floor(x); return x - n != .5 ? Math.round(x) : n + n % 2 } // halves as Python rounds them

// how a row of `size` pixels is made of one that is `length` long and has `have` pixels: Pillow's bicubic, in whole numbers
function weights(length, have, size) {
  const scale = length/size, wide = Math.max(scale, 1), reach = 2*wide
  const cubic = x => x < 1 ? ((1.5*x - 2.5)*x)*x + 1 : x < 2 ? ((-.5*x + 2.5)*x - 4)*x + 2 : 0
  return Array.from({length: size}, (_, i) => {
    const center = (i + .5)*scale, from = Math.max(Math.trunc(center - reach + .5), 0), to = Math.min(Math.trunc(center + reach + .5), have)
    const k = Float64Array.from({length: to - from}, (_, x) => cubic(Math.abs((x + from - center + .5)/wide))), sum = k.reduce((a, b) => a + b)
    return [from, Int32Array.from(k, v => { v *= 2**22/sum; return Math.trunc(v < 0 ? v - .5 : v + .5) })]
  })
}
const clip = v => v < 0 ? 0 : v >= 255*2**22 + 2**22 ? 255 : Math.floor(v/2**22)

// rgb of W x H pixels, which stand for `length` by `height` ones, resized to w x h
export function bicubic(rgb, W, H, length, height, w, h) {
  const across = weights(length, W, w), along = weights(height, H, h), rows = new Uint8Array(3*w*H), out = new Uint8Array(3*w*h)
  for (let y = 0, o = 0; y < H; y++) for (const [from, k] of across) for (let c = 0; c < 3; c++, o++) {
    let s = 2**21
    for (let j = 0, i = 3*(y*W + from) + c; j < k.length; j++, i += 3) s += k[j]*rgb[i]
    rows[o] = clip(s)
  }
  for (let y = 0, o = 0; y < h; y++) {
    const [from, k] = along[y]
    for (let x = 0; x < 3*w; x++, o++) {
      let s = 2**21
      for (let j = 0, i = from*3*w + x; j < k.length; j++, i += 3*w) s += k[j]*rows[i]
      out[o] = clip(s)
    }
  }
  return out
}

// a large photo is first reduced by whole numbers, means of fx x fy pixels; strip by strip, so that it is never whole in memory twice
function reduced(bitmap, fx, fy) {
  const {width: W, height: H} = bitmap, w = Math.ceil(W/fx), h = Math.ceil(H/fy), rgb = new Uint8Array(3*w*h)
  const rows = Math.max(Math.floor(STRIP/W/fy), 1)*fy, canvas = new OffscreenCanvas(W, Math.min(rows, H))
  const context = canvas.getContext('2d', {willReadFrequently: true})
  context.fillStyle = 'white'
  for (let top = 0; top < H; top += rows) {
    const n = Math.min(rows, H - top)
    context.fillRect(0, 0, W, n)
    context.drawImage(bitmap, 0, top, W, n, 0, 0, W, n)
    const {data} = context.getImageData(0, 0, W, n)
    for (let y = 0; y < n; y += fy) for (let x = 0; x < W; x += fx) {
      const o = 3*((top + y)/fy*w + x/fx), down = Math.min(fy, n - y), right = Math.min(fx, W - x), half = down*right >> 1
      for (let c = 0; c < 3; c++) {
        let s = half
        for (let j = 0; j < down; j++) for (let i = 4*((y + j)*W + x) + c, end = i + 4*right; i < end; i += 4) s += data[i]
        rgb[o + c] = Math.floor(s/(down*right))
      }
    }
  }
  return [rgb, w, h]
}

// Image.resize((w, h), BICUBIC, reducing_gap=3)
export function resized(bitmap, w, h) { // -> Uint8Array, rgb
  const {width: W, height: H} = bitmap, fx = Math.max(Math.floor(W/w/3), 1), fy = Math.max(Math.floor(H/h/3), 1)
  const [rgb, a, b] = reduced(bitmap, fx, fy)
  return bicubic(rgb, a, b, W/fx, H/fy, w, h)
}

export async function opened(blob) { // -> ImageBitmap, upright
  const bitmap = await createImageBitmap(blob, {imageOrientation: 'from-image', colorSpaceConversion: 'none'}).catch(() => {
    throw Error('this is no photo that the browser can read, or it is damaged; take a JPEG, PNG, WebP, AVIF or GIF')
  })
  if (Math.min(bitmap.width, bitmap.height) < MIN_SIDE)
    throw Error(`this photo is ${bitmap.width} x ${bitmap.height} pixels; a photo needs at least ${MIN_SIDE} on each side`)
  return bitmap
}
