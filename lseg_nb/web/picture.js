// The picture of the label editor (chapter 43_explorer): it can be clicked, hovered over, walked with the arrow keys,
// and replaced by a photo that is chosen or pasted. It reports what was done and draws what it is given.
const PIECE = 2**20 // bytes of a photo that go in one message
const clamp = v => Math.min(Math.max(v, 0), 1)

function render({model, el}) {
  const box = document.createElement('div'), img = document.createElement('img'), cross = document.createElement('div')
  box.tabIndex = 0
  box.setAttribute('role', 'application')
  box.dataset.lmSuppressShortcuts = 'true' // else JupyterLab takes the arrow keys for itself
  box.style.cssText = 'position:relative; cursor:crosshair'
  img.style.cssText = 'display:block; width:100%; height:auto'
  img.draggable = false
  img.onload = () => { // as wide as the column, not higher than the window
    box.style.width = `min(100%, ${80*img.naturalWidth/img.naturalHeight}vh)`
  }
  cross.style.cssText = 'position:absolute; width:13px; height:13px; margin:-8px 0 0 -8px; border:2px solid black; ' +
    'outline:2px solid white; border-radius:50%; pointer-events:none; display:none'
  const line = document.createElement('label'), file = document.createElement('input')
  line.append('Another photo ', file, `or Ctrl+V on the picture; at most ${model.get('most')/2**20} MB`)
  line.style.cssText = 'display:block; padding:4px 0; font-size:13px'
  line.dataset.lmSuppressShortcuts = 'true'
  file.type = 'file'
  file.accept = 'image/*'
  file.style.cssText = 'max-width:210px; margin-right:6px'
  box.append(img, cross)
  el.append(box, line)

  let url = null, at = [.5, .5], last = 0 // the shown image; the place of the cross, as shares; when the pointer was reported
  const draw = () => {
    const old = url
    url = URL.createObjectURL(new Blob([model.get('data')], {type: 'image/jpeg'}))
    img.src = url
    if (old) URL.revokeObjectURL(old)
  }
  const name = () => {
    img.alt = model.get('alt')
    box.setAttribute('aria-label', model.get('alt'))
  }
  const mark = () => {
    cross.style.display = 'block'
    cross.style.left = 100*at[0] + '%'
    cross.style.top = 100*at[1] + '%'
  }
  const where = e => {
    const r = img.getBoundingClientRect()
    return [clamp((e.clientX - r.left)/r.width), clamp((e.clientY - r.top)/r.height)]
  }
  const send = (kind, more, buffers) => model.send({kind, ...more}, undefined, buffers)
  const ask = kind => send(kind, {x: at[0], y: at[1]})

  img.onclick = e => {
    box.focus()
    at = where(e)
    mark()
    ask('click')
  }
  img.onmouseleave = () => send('leave')
  img.onmousemove = e => {
    if (e.timeStamp - last <= 120) return // milliseconds
    last = e.timeStamp
    const [x, y] = where(e)
    send('hover', {x, y})
  }
  box.onkeydown = e => {
    e.stopPropagation() // the notebook's own shortcuts
    const by = e.shiftKey ? .1 : .01, control = e.ctrlKey || e.metaKey
    const to = {ArrowLeft: [-by, 0], ArrowRight: [by, 0], ArrowUp: [0, -by], ArrowDown: [0, by]}[e.key]
    if (to) {
      at = at.map((v, i) => clamp(v + to[i]))
      mark()
      ask('hover')
    } else if (e.key == 'Enter') {
      mark()
      ask('click')
    }
    else if (control && e.key.toLowerCase() == 'z') send('key', {key: e.shiftKey ? 'redo' : 'undo'})
    else if (control && e.key.toLowerCase() == 'y') send('key', {key: 'redo'})
    else return
    e.preventDefault()
  }

  const give = async f => { // a photo in pieces; of one that is too large only the size
    if (f.size > model.get('most')) return send('photo', {size: f.size, at: 0})
    let at = 0
    do {
      send('photo', {size: f.size, at}, [await f.slice(at, at + PIECE).arrayBuffer()])
      at += PIECE
    } while (at < f.size)
  }
  file.onchange = async () => {
    if (!file.files.length) return
    await give(file.files[0])
    file.value = ''
  }
  box.onpaste = e => {
    const f = [...e.clipboardData.files].find(f => f.type.startsWith('image/'))
    if (!f) return
    e.preventDefault()
    e.stopPropagation()
    give(f)
  }

  model.on('change:data', draw)
  model.on('change:alt', name)
  draw()
  name()
  return () => { if (url) URL.revokeObjectURL(url) }
}
export default { render }
