// Every step beside the one before, as `filmstrip` of chapter 42_session and the paper's Figures 1 and 5 draw them.
import { same, winners } from './editor.js'

export function filmstrip(canvas, editor, opacity, width = 220) {
  const {steps, step, source, palette} = editor, height = Math.round(width*source.height/source.width), line = 19, gap = 8
  canvas.width = steps.length*(width + gap) - gap
  canvas.height = height + 6 + line*Math.max(...steps.map(s => s.length))
  const context = canvas.getContext('2d'), small = new OffscreenCanvas(width, height).getContext('2d')
  context.fillStyle = 'white'
  context.fillRect(0, 0, canvas.width, canvas.height)
  steps.forEach((labels, i) => {
    const left = i*(width + gap), has = (n, l) => steps[n]?.some(o => same(o) == same(l))
    context.drawImage(document.getElementById('photo'), left, 0, width, height)
    editor.paint(small, winners(editor.found(labels), width, height), labels)
    context.globalAlpha = opacity
    context.drawImage(small.canvas, left, 0)
    context.globalAlpha = 1
    context.strokeStyle = context.fillStyle = 'black'
    context.lineWidth = 3
    if (i == step && steps.length > 1) context.strokeRect(left + 1.5, 1.5, width - 3, height - 3)
    labels.forEach((label, k) => { // red and bold: new; struck through: gone in the next
      const y = height + 6 + k*line, added = i && !has(i - 1, label), gone = i + 1 < steps.length && !has(i + 1, label)
      context.fillStyle = `rgb(${palette.color(label)})`
      context.fillRect(left, y + 2, 12, 12)
      context.lineWidth = 1
      context.strokeRect(left + .5, y + 2.5, 11, 11)
      context.font = `${added ? 'bold ' : ''}12px sans-serif`
      context.fillStyle = added ? 'rgb(200, 0, 0)' : 'black'
      let shown = label
      while (shown.length > 1 && context.measureText(shown).width > width - 20) shown = shown.slice(0, -2) + '…'
      context.fillText(shown, left + 17, y + 12)
      if (gone) context.fillRect(left + 17, y + 8, context.measureText(shown).width, 1.5)
    })
  })
  canvas.ariaLabel = 'filmstrip: ' + steps.map((s, i) => `step ${i + 1}: ${s.join(', ')}`).join('; ')
}
