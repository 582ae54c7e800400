// The page of seg.to_html (chapter 45_page): labels edited without a server. `steps`, `step` and `mask` are its state.
const D = JSON.parse(document.getElementById('data').textContent), [W, H, w, h, k] = [D.width, D.height, D.w, D.h, D.k]
const whole = new Float32Array(k*w*h), vectors = new Float32Array(k*D.words.length), maps = new Map()
const fold = word => word.toLowerCase(), place = new Map(D.words.map((word, i) => [fold(word), i]))
const $ = id => document.getElementById(id)
let steps = [D.labels], step = 0, mask = new Uint16Array(W*H)

// numbers: low bytes, then high bytes, compressed; the sign is in the last bit
const bytes = s => Uint8Array.from(atob(s), c => c.charCodeAt(0))
async function unpack(text, out) {
  const stream = new Blob([bytes(text)]).stream().pipeThrough(new DecompressionStream('deflate'))
  const b = new Uint8Array(await new Response(stream).arrayBuffer()), n = out.length
  for (let i = 0; i < n; i++) { const z = b[i] | b[n + i] << 8; out[i] = z >> 1 ^ -(z & 1) }
}

// put back what the neighbours say: columns, then rows; first every second of them, then all
function unlift() {
  for (let o = 0; o < whole.length; o += w*h) {
    const m = whole.subarray(o, o + w*h)
    for (const s of [2, 1]) {
      for (let y = 0; y < h; y += s) for (let x = s; x < w; x += 2*s) {
        const i = y*w + x
        m[i] += (m[i - s] + m[x + s < w ? i + s : i - s])/2
      }
      for (let y = s; y < h; y += 2*s) for (let x = 0; x < w; x += s) {
        const i = y*w + x
        m[i] += (m[i - s*w] + m[y + s < h ? i + s*w : i - s*w])/2
      }
    }
  }
}

// equation 1: the inner product of a word with every pixel, over the temperature
function scores(word) {
  if (!maps.has(word)) {
    const t = place.get(fold(word)), m = new Float32Array(w*h)
    for (let j = 0; j < k; j++) {
      const a = D.scale*vectors[j*D.words.length + t], o = j*w*h
      if (a) for (let i = 0; i < w*h; i++) m[i] += a*whole[o + i]
    }
    maps.set(word, m)
  }
  return maps.get(word)
}

// all maps with their biases; "other" has one score for all places, unless the model takes it for a word like others
function rows(labels) {
  const n = labels.length - 1
  return labels.map(l => {
    const bias = D.bias[fold(l)] ?? 0
    if (fold(l) == 'other' && D.nothing != null && n) return new Float32Array(w*h).fill(D.nothing + Math.log(n) + bias)
    return bias ? scores(l).map(s => s + bias) : scores(l)
  })
}

// bilinear between the four nearest places, corners on corners; the best label wins
function segment(labels) {
  const all = rows(labels), sy = (h - 1)/Math.max(H - 1, 1), sx = (w - 1)/Math.max(W - 1, 1)
  for (let y = 0; y < H; y++) {
    const v = y*sy, y0 = Math.min(Math.floor(v), Math.max(h - 2, 0)), y1 = Math.min(y0 + 1, h - 1), fy = v - y0
    for (let x = 0; x < W; x++) {
      const u = x*sx, x0 = Math.min(Math.floor(u), Math.max(w - 2, 0)), x1 = Math.min(x0 + 1, w - 1), fx = u - x0
      let best = -Infinity, at = 0
      for (let n = 0; n < all.length; n++) {
        const m = all[n], above = (1 - fx)*m[y0*w + x0] + fx*m[y0*w + x1], below = (1 - fx)*m[y1*w + x0] + fx*m[y1*w + x1]
        const s = (1 - fy)*above + fy*below
        if (s > best) { best = s; at = n }
      }
      mask[y*W + x] = at
    }
  }
}

const photo = new Image(), canvas = $('picture').getContext('2d')
const element = (kind, what) => Object.assign(document.createElement(kind), what)
// a word's own colour; where an earlier word has it the next that is free, as `palette` in chapter 01_labels does; then it keeps it
const given = new Map(), taken = new Set()
function color(word) {
  const key = fold(word)
  if (!given.has(key)) {
    let p = D.places[place.get(key)]
    for (let n = 0; taken.has(p); n++) p = n > D.chosen ? p + 1 : p + 1 < D.chosen ? p + 1 : D.own
    taken.add(p)
    given.set(key, p % D.colors.length)
  }
  return D.colors[given.get(key)]
}
function draw() {
  const labels = steps[step], a = +$('opacity').value, count = new Array(labels.length).fill(0)
  segment(labels)
  canvas.drawImage(photo, 0, 0, W, H)
  const image = canvas.getImageData(0, 0, W, H), p = image.data, c = labels.map(color)
  for (let i = 0; i < W*H; i++) {
    const l = mask[i]
    count[l]++
    for (let j = 0; j < 3; j++) p[4*i + j] = (1 - a)*p[4*i + j] + a*c[l][j]
  }
  canvas.putImageData(image, 0, 0)
  $('legend').replaceChildren(...labels.map((word, n) => entry(word, c[n], count[n]/(W*H))))
  $('undo').disabled = step == 0
  $('redo').disabled = step == steps.length - 1
  $('picture').ariaLabel = 'photo with ' + labels.map((word, n) => `${word} ${Math.round(100*count[n]/(W*H))} %`).join(', ')
}
function entry(word, rgb, share) { // of the legend
  const li = document.createElement('li'), box = element('span', {className: 'box'})
  box.style.background = `rgb(${rgb})`
  const x = element('button', {textContent: '×', title: 'remove ' + word, ariaLabel: 'remove ' + word})
  x.onclick = () => {
    const rest = steps[step].filter(l => l != word)
    rest.length < 2 ? say(`"${rest[0]}" would be the only label; add another first`) : edit(rest)
  }
  li.append(box, ` ${word} `, element('small', {textContent: (100*share).toFixed(1) + ' %'}), ' ', x)
  return li
}

const say = text => { $('message').textContent = text }
function edit(labels) { steps = [...steps.slice(0, ++step), labels]; say(''); draw() }
function go(by) { step = Math.min(Math.max(step + by, 0), steps.length - 1); say(''); draw() }

$('form').onsubmit = e => {
  e.preventDefault()
  const now = steps[step], typed = $('word').value.split(/[,;]/).map(s => s.trim()).filter(s => s)
  const strange = typed.find(s => !place.has(fold(s)))
  const twice = typed.find((s, i) => [...now, ...typed.slice(0, i)].some(l => fold(l) == fold(s)))
  if (strange) say(`this page does not know "${strange}"; it knows ${D.words.length} words, which are offered while you type`)
  else if (twice) say(`"${twice}" is there already`)
  else if (typed.length) {
    edit([...now, ...typed.map(s => D.words[place.get(fold(s))])])
    $('word').value = ''
  }
}
$('picture').onclick = e => {
  const r = e.target.getBoundingClientRect(), labels = steps[step]
  const x = Math.round((e.clientX - r.left)/r.width*(w - 1)), y = Math.round((e.clientY - r.top)/r.height*(h - 1))
  const s = rows(labels).map(m => m[y*w + x]), top = Math.max(...s)
  const p = s.map(v => Math.exp(v - top)), sum = p.reduce((a, b) => a + b)
  const best = labels.map((l, n) => [l, p[n]/sum]).sort((a, b) => b[1] - a[1]).slice(0, 5)
  $('pixel').textContent = 'here: ' + best.map(([l, v]) => `${l} ${v.toFixed(3)}`).join(', ')
}
$('undo').onclick = () => go(-1)
$('redo').onclick = () => go(1)
$('opacity').oninput = draw

$('known').append(...D.words.map(value => element('option', {value})))
photo.onload = () => Promise.all([unpack(D.features, whole), unpack(D.vectors, vectors)]).then(
  () => { unlift(); maps.clear(); draw() },
  () => say('this page needs a browser of 2023 or later'))
photo.src = 'data:image/jpeg;base64,' + D.photo
