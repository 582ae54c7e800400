// The page of `lseg web` (chapter 52_web): a photo of the person's own, segmented in this tab. The networks run in worker.js.
import { Editor, OTHER, Palette, checked, element, lower, typed, winners } from './editor.js'
import { filmstrip } from './film.js'
import { maskPNG } from './png.js'

const $ = id => document.getElementById(id), SHOWN = 2**20, STRIP = 2**21 // pixels that are shown at most; pixels of a file at a time

// with the service worker's headers the page may use threads: it is opened once more as soon as they are there
async function isolated() {
  const {serviceWorker} = navigator
  if (!serviceWorker) return
  try { await serviceWorker.register('sw.js') } catch { return } // kept off by the browser: without threads, and with the network
  if (serviceWorker.controller || sessionStorage.again) return
  sessionStorage.again = 1 // once, where it is of no use
  await new Promise(done => { serviceWorker.oncontrollerchange = done; if (serviceWorker.controller) done() })
  location.reload()
  await new Promise(() => {})
}

// the worker answers each call by its number; between them it tells how much is loaded
class Networks {
  constructor(progress) {
    this.calls = new Map()
    this.n = 0
    this.worker = new Worker('worker.js', {type: 'module'})
    this.worker.onmessage = ({data: {id, done, error, loaded, total}}) => {
      if (total) return progress(loaded, total)
      const [resolve, reject] = this.calls.get(id)
      this.calls.delete(id)
      error ? reject(Error(error)) : resolve(done)
    }
    this.worker.onerror = () => {
      this.broken = Error('the networks cannot run here; this page needs a browser of 2023 or later')
      for (const [, reject] of this.calls.values()) reject(this.broken)
    }
  }
  call(what, ...given) {
    if (this.broken) return Promise.reject(this.broken)
    return new Promise((...both) => {
      this.calls.set(++this.n, both)
      this.worker.postMessage({id: this.n, what, given})
    })
  }
}

// a photo that the networks have seen, as the editor asks it
class Source {
  constructor(networks, blob, seen) { // seen: size, w, h, nothing, growth, bitmap
    Object.assign(this, {networks, blob, ...seen, words: new Map()})
    Object.assign(this, {width: seen.bitmap.width, height: seen.bitmap.height})
  }
  draw(context) {
    context.drawImage(this.bitmap, 0, 0)
    this.bitmap.close()
  }
  async ready(labels) {
    const known = new Set(editor.steps.flat().concat(labels))
    for (const word of this.words.keys()) if (!known.has(word)) this.words.delete(word) // of steps that are gone
    const lacks = labels.filter(l => !this.words.has(l) && (lower(l) != OTHER || this.nothing == null))
    const maps = lacks.length ? await this.networks.call('maps', lacks) : []
    maps.forEach((m, i) => this.words.set(lacks[i], m))
  }
  map(word) { return this.words.get(word) }
}

const state = () => new URLSearchParams(location.hash.slice(1))
const linked = () => typed(state().get('labels') ?? '')
const facts = await (await fetch('labels.json')).json()
let first = facts.labels
try { first = checked(linked()) } catch {} // a link's, where they can be used
const editor = window.editor = new Editor(new Palette(facts.colors, facts.ranks), first)
await isolated()
const networks = new Networks((loaded, total) => {
  $('progress').value = loaded/total
  $('loaded').textContent = `${(loaded/1e6).toFixed(1)} of ${(total/1e6).toFixed(1)} MB`
})
networks.call('load').then(done => {
  $('loading').hidden = true
  Object.assign(document.documentElement.dataset, done) // threads and provider, for those who look
}, e => editor.say(e.message))

// a photo: dropped, chosen, pasted, taken, or a sample
async function open(blob, sample = '') {
  $('took').textContent = 'looking at the photo ...'
  await editor.show(async () => {
    const source = new Source(networks, blob, await networks.call('photo', blob, SHOWN))
    $('sample').value = sample
    for (const id of ['save', 'strip']) $(id).disabled = false
    return source
  })
  if ($('message').textContent) $('took').textContent = ''
}
async function openSample(name) { await open(await (await fetch(name)).blob(), name) }

function address() { // the labels and a sample's name, so that others see the same
  const at = new URLSearchParams({labels: editor.labels.join(',')})
  if ($('sample').value) at.set('photo', $('sample').value)
  history.replaceState(null, '', '#' + at)
  $('link').href = '#' + at
}
editor.told = ms => {
  address()
  $('took').textContent = `done in ${ms.toFixed(0)} ms`
}
window.onhashchange = () => { if (linked().join() != editor.labels.join()) editor.edit(linked) }

$('file').onclick = () => { $('file').value = '' } // the same photo may be chosen again
$('file').onchange = () => { if ($('file').files.length) open($('file').files[0]) }
$('sample').onchange = () => { if ($('sample').value) openSample($('sample').value) }
const image = files => [...files].find(f => f.type.startsWith('image/')) ?? files[0]
document.ondragover = e => { e.preventDefault(); document.body.classList.add('over') }
document.ondragleave = e => { if (!e.relatedTarget) document.body.classList.remove('over') }
document.ondrop = e => {
  e.preventDefault()
  document.body.classList.remove('over')
  if (e.dataTransfer.files.length) open(image(e.dataTransfer.files))
}
document.onpaste = e => { if (e.clipboardData.files.length) open(image(e.clipboardData.files)) }

// the camera
function closed() {
  $('video').srcObject?.getTracks().forEach(t => t.stop())
  $('video').srcObject = null
  $('viewfinder').hidden = true
  $('camera').focus()
}
$('camera').onclick = async () => {
  try { $('video').srcObject = await navigator.mediaDevices.getUserMedia({video: {facingMode: 'environment'}}) }
  catch { return editor.say('there is no camera, or this page may not use it') }
  $('viewfinder').hidden = false
  $('take').focus()
}
$('take').onclick = async () => {
  const video = $('video'), canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight)
  canvas.getContext('2d').drawImage(video, 0, 0)
  closed()
  open(await canvas.convertToBlob({type: 'image/png'}))
}
$('close').onclick = closed

// files: at the photo's own size, strip by strip
function* strips(W, H) {
  const found = editor.found(), rows = Math.max(Math.floor(STRIP/W), 1)
  for (let top = 0; top < H; top += rows) yield [winners(found, W, H, top, Math.min(top + rows, H)), top]
}
const masks = function*(W, H) { for (const [ids] of strips(W, H)) yield ids }
function give(blob, name) {
  const a = element('a', {href: URL.createObjectURL(blob), download: name})
  a.click()
  setTimeout(() => URL.revokeObjectURL(a.href), 60e3)
}
$('save').onclick = () => editor.then(async () => {
  const [W, H] = editor.source.size, {labels} = editor
  give(await maskPNG(W, H, masks(W, H), labels, labels.map(l => editor.palette.color(l))), 'mask.png')
})
const cutout = word => editor.then(async () => { // what is not this label is transparent, and cut off where it is all around
  const [W, H] = editor.source.size, n = editor.labels.indexOf(word), photo = await createImageBitmap(editor.source.blob)
  const box = [W, H, -1, -1]
  for (const [ids, top] of strips(W, H)) ids.forEach((l, i) => {
    if (l != n) return
    const x = i % W, y = top + (i - x)/W
    box[0] = Math.min(box[0], x); box[1] = Math.min(box[1], y); box[2] = Math.max(box[2], x); box[3] = Math.max(box[3], y)
  })
  if (box[2] < 0) throw Error(`no pixel is "${word}"`)
  const [left, upper] = box, canvas = new OffscreenCanvas(box[2] - left + 1, box[3] - upper + 1), context = canvas.getContext('2d')
  context.drawImage(photo, -left, -upper)
  photo.close()
  for (const [ids, top] of strips(W, H)) {
    const from = Math.max(top, upper), to = Math.min(top + ids.length/W, box[3] + 1)
    if (from >= to) continue
    const part = context.getImageData(0, from - upper, canvas.width, to - from)
    for (let y = from, o = 3; y < to; y++) for (let x = left; x <= box[2]; x++, o += 4) if (ids[(y - top)*W + x] != n) part.data[o] = 0
    context.putImageData(part, 0, from - upper)
  }
  give(await canvas.convertToBlob(), `${word.replace(/[^\p{L}\p{N}-]+/gu, '_')}.png`)
})
editor.extra = word => {
  const b = element('button', {type: 'button', textContent: 'Cut out', title: 'save what is ' + word, ariaLabel: 'cut out ' + word})
  b.onclick = () => cutout(word)
  return [b]
}
$('strip').onclick = () => editor.then(async () => {
  for (const labels of editor.steps) await editor.source.ready(labels)
  filmstrip($('film'), editor, +$('opacity').value)
  $('shown').hidden = false
})
$('keep').onclick = () => $('film').toBlob(blob => give(blob, 'filmstrip.png'))

editor.legend()
if (facts.samples.includes(state().get('photo'))) openSample(state().get('photo'))
