// A mask as a PNG of label ids in the labels' colours, as seg.save_mask writes it (chapter 10_segment): written row by row.
import { crc32 } from './editor.js'

const text = s => new TextEncoder().encode(s)
const number = n => Uint8Array.of(n >>> 24, n >>> 16, n >>> 8, n)

function chunk(kind, ...parts) { // of a PNG: its length, kind, contents and checksum
  const body = new Uint8Array([text(kind), ...parts].reduce((n, p) => n + p.length, 0))
  let at = 0
  for (const p of [text(kind), ...parts]) { body.set(p, at); at += p.length }
  return [number(body.length - 4), body, number(crc32(body))]
}

export async function maskPNG(width, height, strips, labels, colors) { // strips: of rows, in turn, an index for each pixel -> Blob
  const deep = labels.length > 256, wide = width*(1 + deep) + 1, packed = new CompressionStream('deflate'), out = packed.writable.getWriter()
  const done = new Response(packed.readable).arrayBuffer()
  for (const ids of strips) {
    const rows = new Uint8Array(ids.length/width*wide) // each begins with 0: no filter
    for (let i = 0, o = 0; i < ids.length; i++) {
      if (i % width == 0) o++
      if (deep) rows[o++] = ids[i] >> 8
      rows[o++] = ids[i]
    }
    await out.write(rows)
  }
  out.close()
  const kind = Uint8Array.of(deep ? 16 : 8, deep ? 0 : 3, 0, 0, 0)
  return new Blob([Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10), ...chunk('IHDR', number(width), number(height), kind),
    ...(deep ? [] : chunk('PLTE', Uint8Array.from(colors.flat()))), ...chunk('iTXt', text('labels\0\0\0\0\0' + labels.join('\n'))),
    ...chunk('IDAT', new Uint8Array(await done)), ...chunk('IEND')].flat(), {type: 'image/png'})
}
