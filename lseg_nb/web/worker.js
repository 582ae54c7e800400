// The networks of the page of `lseg web`: loaded once, asked by app.js. What goes in and out is told in chapter 50_export.
import { Tokenizer } from './tokenizers.mjs'
import { opened, resized, workingSize } from './photo.js'

const here = name => new URL(name, self.location).href
const networks = {}, vectors = new Map() // label -> its unit vector
let config, ort, tokenizer, state, why = '' // why the networks are not here

// files of the site, compressed; tells how much has come
async function loaded(names, sizes) {
  const total = names.reduce((n, name) => n + sizes[name], 0)
  let come = 0
  return Promise.all(names.map(async name => {
    const response = await fetch(here(`${name}.z`))
    if (!response.ok) throw Error(`${name} did not come (${response.status}); open the page again`)
    const counted = new TransformStream({transform(chunk, out) { postMessage({loaded: come += chunk.length, total}); out.enqueue(chunk) }})
    return new Uint8Array(await new Response(response.body.pipeThrough(counted).pipeThrough(new DecompressionStream('deflate'))).arrayBuffer())
  }))
}

async function load() {
  const adapter = 'Suspending' in WebAssembly ? await navigator.gpu?.requestAdapter().catch(() => null) : null // both, or the processor
  const gpu = adapter && !(adapter.info?.isFallbackAdapter ?? adapter.isFallbackAdapter) // one that is a program is slower
  const sizes = await (await fetch(here('sizes.json'))).json(), wasm = `ort-wasm-simd-threaded${gpu ? '.jspi' : ''}`
  const names = [`${wasm}.wasm`, 'config.json', 'tokenizer.json', 'image.onnx', 'text.onnx', 'cosines.onnx'], text = bytes => JSON.parse(new TextDecoder().decode(bytes))
  const [runtime, facts, words, ...nets] = await loaded(names, sizes)
  config = text(facts)
  if (config.block) throw Error('this model has a spatial block, which the page cannot run')
  tokenizer = new Tokenizer(text(words), {})
  ort = await import(gpu ? './ort.jspi.min.mjs' : './ort.wasm.min.mjs')
  ort.env.wasm.numThreads = self.crossOriginIsolated ? Math.min(navigator.hardwareConcurrency, 8) : 1
  ort.env.wasm.wasmPaths = {mjs: here(`${wasm}.mjs`)}
  ort.env.wasm.wasmBinary = runtime.buffer
  let provider = 'wasm'
  for (const [i, name] of ['image', 'text', 'cosines'].entries()) { // the small ones are quick where they are
    const made = on => ort.InferenceSession.create(nets[i], {executionProviders: [on]})
    if (gpu && name == 'image') networks[name] = await made('webgpu').then(session => { provider = 'webgpu'; return session }, () => null)
    networks[name] ??= await made('wasm')
  }
  return {threads: ort.env.wasm.numThreads, provider}
}

// a photo, whose state is kept until the next; -> what the editor needs of it
async function photo(blob, most) {
  const at = [performance.now()], bitmap = await opened(blob), size = [bitmap.width, bitmap.height], [w, h] = workingSize(...size, config.size)
  at.push(performance.now())
  try {
    const rgb = resized(bitmap, w, h), scale = Math.min(1, Math.sqrt(most/(size[0]*size[1])))
    const shown = await createImageBitmap(bitmap, scale < 1 ? {resizeWidth: Math.round(scale*size[0]), resizeHeight: Math.round(scale*size[1]), resizeQuality: 'high'} : {})
    at.push(performance.now())
    const seen = await networks.image.run({photo: new ort.Tensor('uint8', rgb, [h, w, 3])})
    for (const old of Object.values(state ?? {})) old.dispose()
    state = seen
    at.push(performance.now())
    const ms = ['decode', 'resize', 'network'].map((what, i) => [what, at[i + 1] - at[i]])
    const {head} = config, nothing = head.part == 'none_of_these' ? head.threshold/head.t : null
    return {size, w: Math.ceil(w/2), h: Math.ceil(h/2), nothing, growth: head.growth ?? 1, bitmap: shown, ms: Object.fromEntries(ms)}
  } finally { bitmap.close() }
}

function tokens(label) { // ids; refuses what the text encoder cannot read
  const {template, context, unknown} = config.text, {ids, tokens} = tokenizer.encode(template.replace('{}', () => label))
  if (ids.length > context) throw Error(`"${label.slice(0, 40)}…" has ${ids.length} tokens, and the text encoder reads ${context}; use a shorter one`)
  if (tokens.includes(unknown)) throw Error(`"${label}" has characters that the text encoder, an English model, does not know; use an English word`)
  return ids
}

async function encode(labels) { // new labels together
  const all = labels.map(tokens), long = config.text.length ?? Math.max(...all.map(t => t.length)), ids = new Int32Array(all.length*long).fill(config.text.pad)
  all.forEach((t, i) => ids.set(t, i*long))
  const {vectors: v} = await networks.text.run({ids: new ort.Tensor('int32', ids, [all.length, long])}), C = v.dims[1]
  labels.forEach((l, i) => vectors.set(l, v.data.slice(i*C, (i + 1)*C)))
  v.dispose()
}

// the score maps of words over the photo
async function maps(labels) {
  const fresh = labels.filter(l => !vectors.has(l))
  if (fresh.length) await encode(fresh)
  const C = config.dim, words = new Float32Array(labels.length*C)
  labels.forEach((l, i) => words.set(vectors.get(l), i*C))
  const {cosines} = await networks.cosines.run({...state, words: new ort.Tensor('float32', words, [labels.length, C])})
  const n = cosines.dims[1]*cosines.dims[2], out = labels.map((_, i) => cosines.data.slice(i*n, (i + 1)*n).map(v => v/config.head.t))
  cosines.dispose()
  return out
}

// one after the other; what comes before the networks are there waits
const calls = {load, photo, maps, tokens: async labels => labels.map(l => tokenizer.encode(l).ids)}
let queue = Promise.resolve()
self.onmessage = ({data: {id, what, given}}) => {
  queue = queue.then(() => {
    if (what != 'load' && !networks.cosines) throw Error(why)
    return calls[what](...given)
  }).then(
    done => postMessage({id, done}, [done].flat().map(o => o?.buffer ?? o?.bitmap).filter(o => o)),
    e => {
      if (what == 'load') why = `the networks are not here (${e.message}); open the page again`
      postMessage({id, error: why || e.message})
    })
}
