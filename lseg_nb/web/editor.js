// What the page of seg.to_html (chapter 45_page) and that of `lseg web` (52_web) share: labels with undo, their colours and shares,
// the mask over the photo, a pixel that is asked. A page brings a source: where a photo's score maps come from.
export const OTHER = 'other'
const PLACES = 512 // as in chapter 01_labels
const $ = id => document.getElementById(id)
export const element = (kind, what, ...inside) => {
  const e = Object.assign(document.createElement(kind), what)
  e.append(...inside)
  return e
}
export const percent = share => (100*share).toFixed(1) + ' %'

// words: as `cleaned`, `_same` and `check_labels` of chapter 01_labels
export const lower = text => text.toLowerCase().replaceAll('ß', 'ss').replaceAll('ς', 'σ')
export const cleaned = label => label.replace(/\ufeff/g, '').replace(/[\s\x1c-\x1f\x85]/g, ' ')
  .replace(/(?![\u200c\u200d])[\p{Cc}\p{Cf}]/gu, '').normalize('NFC').split(/ +/).filter(s => s).join(' ').replace(/^[\u200c\u200d]+|[\u200c\u200d]+$/g, '')
export const same = word => lower(cleaned(word.normalize('NFKC').replace(/[\u200c\u200d]/g, '')))
export const typed = text => text.split(/[,;]/).map(cleaned).filter(s => s)
export function checked(labels) {
  const seen = new Set()
  for (const l of labels) {
    if (seen.has(same(l))) throw Error(`"${l}" is there already`)
    seen.add(same(l))
  }
  if (labels.length < 2) throw Error(labels.length ? `"${labels[0]}" would be the only label; add another first` : 'type at least two labels')
  return labels
}

// colours: each word has a place in the one list, as `color_place` and `palette` of chapter 01_labels; a word that was shown keeps it
const CRC = Uint32Array.from({length: 256}, (_, n) => { for (let k = 0; k < 8; k++) n = n & 1 ? n >>> 1 ^ 0xedb88320 : n >>> 1; return n })
export function crc32(bytes, crc = 0) {
  crc = ~crc
  for (const b of bytes) crc = crc >>> 8 ^ CRC[(crc ^ b) & 255]
  return ~crc >>> 0
}
export class Palette {
  constructor(colors, ranks) { // [r, g, b] in turn; words of the label sets in the order in which they take colours
    this.colors = colors
    this.ranks = new Map(ranks.map((word, i) => [word, i]))
    this.given = new Map()
    this.taken = new Set()
  }
  place(word) {
    const own = this.ranks.size, key = same(word)
    return this.ranks.get(key) ?? own + crc32(new TextEncoder().encode(key)) % (PLACES - own)
  }
  color(word) {
    const key = same(word), own = this.ranks.size
    if (!this.given.has(key)) {
      let p = this.place(word)
      if (this.taken.has(p)) { // the next one that is free
        p = Math.max(p, own)
        while (p < PLACES && this.taken.has(p)) p++
        if (p >= PLACES) { p = own; while (this.taken.has(p)) p++ }
      }
      this.taken.add(p)
      this.given.set(key, p % this.colors.length)
    }
    return this.colors[this.given.get(key)]
  }
}

// for each cell of four grid points a chain of the labels that may win in it, as `contenders` of chapter 10_segment
export function contenders(maps, w, h) { // score maps of w x h; both at least 2
  const lost = new Float32Array(w*h).fill(-Infinity), head = new Int32Array(w*h).fill(-1)
  let label = new Uint16Array(2*w*h), next = new Int32Array(2*w*h), n = 0
  const corners = (m, best, visit) => {
    for (let y = 0; y < h - 1; y++) {
      let i = y*w, left = best(m[i], m[i + w])
      for (const end = i + w - 1; i < end; i++) {
        const right = best(m[i + 1], m[i + w + 1])
        visit(i, best(left, right))
        left = right
      }
    }
  }
  const low = (a, b) => a < b ? a : b, high = (a, b) => a > b ? a : b
  for (const m of maps) corners(m, low, (i, v) => { if (v > lost[i]) lost[i] = v })
  for (let l = maps.length - 1; l >= 0; l--) corners(maps[l], high, (i, v) => {
    if (v < lost[i]) return
    if (n == label.length) {
      const more = (Kind, old) => { const a = new Kind(2*n); a.set(old); return a }
      label = more(Uint16Array, label)
      next = more(Int32Array, next)
    }
    label[n] = l
    next[n] = head[i]
    head[i] = n++
  })
  return {maps, w, h, label, next, head}
}

// bilinear between the four nearest grid points, corners on corners; the best label wins, of equals the first
export function winners({maps, w, h, label, next, head}, W, H, top = 0, bottom = H) { // -> labels of rows top to bottom of W x H
  const mask = new Uint16Array(W*(bottom - top)), sx = (w - 1)/Math.max(W - 1, 1), sy = (h - 1)/Math.max(H - 1, 1)
  const x0 = Int32Array.from({length: W}, (_, x) => Math.min(Math.floor(x*sx), w - 2)), fx = Float64Array.from(x0, (x, i) => i*sx - x)
  for (let y = top, at = 0; y < bottom; y++) {
    const y0 = Math.min(Math.floor(y*sy), h - 2), fy = y*sy - y0
    for (let x = 0; x < W; x++, at++) {
      const i = y0*w + x0[x], f = fx[x]
      let k = head[i], best = -Infinity
      mask[at] = label[k]
      if (next[k] < 0) continue
      for (; k >= 0; k = next[k]) {
        const m = maps[label[k]], above = (1 - f)*m[i] + f*m[i + 1], below = (1 - f)*m[i + w] + f*m[i + w + 1]
        const s = (1 - fy)*above + fy*below
        if (s > best) { best = s; mask[at] = label[k] }
      }
    }
  }
  return mask
}

// A source has: width and height of what is shown; w and h, the grid of its score maps; draw(context), the photo; ready(words), a promise,
// refused with a sentence; map(word), the scores of a word that is ready; nothing, the score of "other" beside one word, or null where
// "other" is a word like others; growth, how much of log n is added beside n words; bias, word -> number.
export class Editor {
  constructor(palette, labels) {
    Object.assign(this, {palette, steps: [labels], step: 0, source: null, at: [.5, .5], queue: Promise.resolve()})
    this.told = ms => {} // called when a thing is done
    this.extra = word => [] // what else stands at a label of the legend
    $('form').onsubmit = e => { e.preventDefault(); this.add($('word').value) }
    $('undo').onclick = () => this.go(-1)
    $('redo').onclick = () => this.go(1)
    $('opacity').oninput = () => { $('mask').style.opacity = $('opacity').value }
    $('picture').onclick = e => {
      const r = $('mask').getBoundingClientRect()
      this.ask((e.clientX - r.left)/r.width, (e.clientY - r.top)/r.height)
    }
    $('picture').onkeydown = e => this.key(e)
    document.addEventListener('keydown', e => { // undo anywhere but in a field
      if (!(e.ctrlKey || e.metaKey) || /^(INPUT|TEXTAREA)$/.test(e.target.tagName)) return
      const key = e.key.toLowerCase(), by = key == 'y' || key == 'z' && e.shiftKey ? 1 : key == 'z' ? -1 : 0
      if (by) { e.preventDefault(); this.go(by) }
    })
  }
  get labels() { return this.steps[this.step] }
  say(text) { $('message').textContent = text }

  // one thing after the other: of two edits the second begins where the first has ended
  then(what) {
    const start = performance.now()
    return this.queue = this.queue.then(what).then(() => { this.say(''); this.told(performance.now() - start) }, e => this.say(e.message))
  }
  show(open) { // () -> source or its promise: another photo; labels and steps stay
    return this.then(async () => {
      const source = await open()
      await source.ready(this.labels)
      Object.assign(this, {source, at: [.5, .5]})
      for (const id of ['photo', 'mask']) Object.assign($(id), {width: source.width, height: source.height})
      source.draw($('photo').getContext('2d'))
      $('pixel').textContent = 'click the photo to ask a pixel'
      $('cross').hidden = true
      this.draw()
    })
  }
  edit(make) { // labels -> labels
    return this.then(async () => {
      const labels = checked(make(this.labels))
      await this.source?.ready(labels)
      if (labels.join('\n') == this.labels.join('\n')) return // nothing changed
      this.steps = [...this.steps.slice(0, ++this.step), labels]
      this.draw()
    })
  }
  add(text) {
    return this.edit(labels => {
      const words = typed(text), before = labels.length - (same(labels.at(-1)) == OTHER)
      if (!words.length) throw Error('type a word')
      return [...labels.slice(0, before), ...words, ...labels.slice(before)]
    }).then(() => { if (!$('message').textContent && $('word').value == text) $('word').value = '' }) // else it stays to be mended, or is the next
  }
  remove(word) { return this.edit(labels => labels.filter(l => l != word)) }
  go(by) {
    return this.then(async () => {
      const step = Math.min(Math.max(this.step + by, 0), this.steps.length - 1)
      await this.source?.ready(this.steps[step])
      this.step = step
      this.draw()
    })
  }

  // all score maps with their biases; "other" has one score for all places where it is no word
  maps(labels) {
    const {source} = this, n = labels.length - 1
    return labels.map(l => {
      const bias = source.bias?.[lower(l)] ?? 0
      if (lower(l) == OTHER && source.nothing != null && n) return new Float32Array(source.w*source.h).fill(source.nothing + source.growth*Math.log(n) + bias)
      return bias ? source.map(l).map(s => s + bias) : source.map(l)
    })
  }
  found(labels = this.labels) { return contenders(this.maps(labels), this.source.w, this.source.h) }
  paint(context, mask, labels) { // a mask in its labels' colours
    const {width, height} = context.canvas, image = context.createImageData(width, height), p = new Uint32Array(image.data.buffer)
    const colors = Uint32Array.from(labels, l => { const [r, g, b] = this.palette.color(l); return (255 << 24 | b << 16 | g << 8 | r) >>> 0 })
    for (let i = 0; i < p.length; i++) p[i] = colors[mask[i]]
    context.putImageData(image, 0, 0)
  }
  draw() {
    const {labels, source} = this
    $('undo').disabled = this.step == 0
    $('redo').disabled = this.step == this.steps.length - 1
    if (source) {
      this.mask = winners(this.found(), source.width, source.height)
      const count = new Float64Array(labels.length)
      for (const l of this.mask) count[l]++
      this.shares = Array.from(count, n => n/this.mask.length)
      this.paint($('mask').getContext('2d'), this.mask, labels)
      const told = labels.map((l, n) => `${l} ${Math.round(100*this.shares[n])} %`).join(', ')
      $('picture').ariaLabel = `photo with ${told}. Arrow keys move the cross, Enter asks the pixel.`
      $('told').textContent = told
    }
    this.legend()
  }
  legend() {
    const held = document.activeElement?.closest?.('#legend li')?.dataset.word, all = [...$('legend').children].map(li => li.dataset.word)
    const rows = this.labels.map((word, n) => {
      const box = element('span', {className: 'box'}), li = element('li', {}, box, element('span', {className: 'name', textContent: word}))
      li.dataset.word = word
      box.style.background = `rgb(${this.palette.color(word)})`
      if (this.source) li.append(element('span', {className: 'share', textContent: percent(this.shares[n])}), ...this.extra(word))
      const x = element('button', {type: 'button', textContent: '×', title: 'remove ' + word, ariaLabel: 'remove ' + word})
      x.onclick = () => this.remove(word)
      li.append(x)
      return li
    })
    $('legend').replaceChildren(...rows)
    if (held == null) return
    const after = [...all.slice(all.indexOf(held)), ...all.slice(0, all.indexOf(held)).reverse()] // the focus stays near where it was
    const to = rows.find(r => r.dataset.word == after.find(w => this.labels.includes(w))) ?? rows.at(-1)
    to?.querySelector('button:last-child')?.focus()
  }

  // the probabilities of the labels at one place, shares of the photo's width and height
  ask(x, y) {
    const {source, labels} = this
    if (!source) return
    this.at = [x, y].map(v => Math.min(Math.max(v, 0), 1))
    Object.assign($('cross').style, {left: 100*this.at[0] + '%', top: 100*this.at[1] + '%'})
    $('cross').hidden = false
    const i = Math.round(this.at[1]*(source.h - 1))*source.w + Math.round(this.at[0]*(source.w - 1))
    const s = this.maps(labels).map(m => m[i]), top = Math.max(...s), p = s.map(v => Math.exp(v - top)), sum = p.reduce((a, b) => a + b)
    const best = labels.map((l, n) => [l, p[n]/sum]).sort((a, b) => b[1] - a[1]).slice(0, 5)
    $('pixel').textContent = 'here: ' + best.map(([l, v]) => `${l} ${v.toFixed(3)}`).join(', ')
  }
  key(e) {
    const by = e.shiftKey ? .1 : .01
    const to = {ArrowLeft: [-by, 0], ArrowRight: [by, 0], ArrowUp: [0, -by], ArrowDown: [0, by]}[e.key]
    if (!to && e.key != 'Enter') return
    e.preventDefault()
    this.at = to ? this.at.map((v, i) => Math.min(Math.max(v + to[i], 0), 1)) : this.at
    if (!to) return this.ask(...this.at)
    Object.assign($('cross').style, {left: 100*this.at[0] + '%', top: 100*this.at[1] + '%'})
    $('cross').hidden = false
  }
}
