// The page of seg.to_html (chapter 45_page): labels edited without a server. The photo's vectors and the words' are in the file.
import { Editor, Palette, element, same } from './editor.js'

const D = JSON.parse(document.getElementById('data').textContent), {w, h, k} = D
const whole = new Float32Array(k*w*h), vectors = new Float32Array(k*D.words.length), maps = new Map()
const place = new Map(D.words.map((word, i) => [same(word), i])), photo = new Image()

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
  const t = place.get(same(word)), m = new Float32Array(w*h)
  for (let j = 0; j < k; j++) {
    const a = D.scale*vectors[j*D.words.length + t], o = j*w*h
    if (a) for (let i = 0; i < w*h; i++) m[i] += a*whole[o + i]
  }
  return m
}

const source = {
  ...D, // width, height, w, h, nothing, growth, bias
  draw: context => context.drawImage(photo, 0, 0, D.width, D.height),
  async ready(words) {
    const strange = words.find(s => !place.has(same(s)))
    if (strange) throw Error(`this page does not know "${strange}"; it knows ${D.words.length} words, which are offered while you type`)
  },
  map(word) {
    if (!maps.has(word)) maps.set(word, scores(word))
    return maps.get(word)
  },
}
const editor = window.editor = new Editor(new Palette(D.colors, D.ranks), D.labels)

document.getElementById('word').setAttribute('list', 'known')
document.body.append(element('datalist', {id: 'known'}, ...D.words.map(value => element('option', {value}))))
photo.src = 'data:image/jpeg;base64,' + D.photo
Promise.all([photo.decode(), unpack(D.features, whole), unpack(D.vectors, vectors)]).then(
  () => { unlift(); editor.show(() => source) },
  () => editor.say('this page needs a browser of 2023 or later'))
