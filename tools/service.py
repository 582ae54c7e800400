#!/usr/bin/env python
"""Have people use one `lseg explore` at once, and try to get in: python tools/service.py [--sessions 20] [--minutes 10] [--out FILE]
prints what each edit took and what memory is held at the start and at the end, and writes data/results/service.json. Needs Linux."""
import argparse, asyncio, io, json, os, random, re, signal, socket, subprocess, sys, tempfile, time, uuid
from pathlib import Path
from urllib.parse import urlsplit

import psutil
from jupyter_server.services.kernels.connection.base import deserialize_msg_from_ws_v1, serialize_msg_to_ws_v1
from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

from lseg_nb.serve import SPOKEN

ROOT = Path(__file__).resolve().parents[1]

def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]

class Server:
    "`lseg explore` on a free port, ended with the block."
    def __init__(self, **kwargs): self.port,self.kwargs = free_port(),kwargs
    def __enter__(self):
        code = f'from lseg_nb.serve import serve; serve(port={self.port}, browser=False, **{self.kwargs})'
        self.log = tempfile.TemporaryFile('w+')
        self.process = subprocess.Popen([sys.executable, '-W', 'ignore', '-c', code], stdout=subprocess.PIPE, stderr=self.log, text=True)
        self.url = re.search(r'http://\S+', self.process.stdout.readline())[0]
        for _ in range(300):
            try: socket.create_connection(('127.0.0.1', self.port), 1).close(); return self
            except OSError: time.sleep(.1)
        raise RuntimeError('no server came up')
    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try: self.process.wait(60)
        except subprocess.TimeoutExpired: self.process.kill() # it hung
        self.log.close()
    def said(self): return self.log.seek(0) or self.log.read()
    def memory(self): # MB of the server and its pages; what they share counts once
        found = []
        for p in [psutil.Process(self.process.pid), *psutil.Process(self.process.pid).children(recursive=True)]:
            try: found.append(p.memory_full_info().pss)
            except psutil.Error: pass
        return round(sum(found)/2**20)

async def status(url, path='', method='GET', **headers): # of an answer
    u = urlsplit(url)
    body = None if method == 'GET' else ''
    r = HTTPRequest(f'{u.scheme}://{u.netloc}/{path}', method, headers, body, request_timeout=300, follow_redirects=False, allow_nonstandard_methods=True)
    a = await AsyncHTTPClient(force_instance=True).fetch(r, raise_error=False)
    return a.code,a.body.decode(errors='replace')

class Visitor:
    "What the page does in a visitor's browser: it opens its web socket and sends the messages of widgets."
    def __init__(self, url): self.url,self.session,self.heard = url,uuid.uuid4().hex,[]
    async def open(self):
        self.start = time.perf_counter()
        a = await AsyncHTTPClient(force_instance=True, max_body_size=2**27).fetch(self.url, request_timeout=600)
        self.text = a.body.decode()
        self.kernel = re.search('"kernelId": *"([^"]+)"', self.text)[1]
        self.cookies = '; '.join(c.split(';')[0] for c in a.headers.get_list('Set-Cookie'))
        self.socket = await self.connect(self.kernel)
        self.widgets = {}
        control = uuid.uuid4().hex
        await self.ask('comm_open', comm_id=control, target_name='jupyter.widget.control', data={}, metadata=dict(version='1.0.0'))
        for m in await self.ask('comm_msg', comm_id=control, data=dict(method='request_states')):
            self.widgets |= m['content'].get('data', {}).get('states', {})
        self.opened = time.perf_counter() - self.start
        return self
    async def connect(self, kernel, protocols=(SPOKEN,), **headers):
        u = urlsplit(self.url)
        r = HTTPRequest(f'ws://{u.netloc}/api/kernels/{kernel}/channels?session_id={self.session}', headers=headers | {'Cookie': self.cookies})
        return await websocket_connect(r, max_message_size=2**27, subprotocols=protocols)
    def named(self, part): # the widget of a class of the style sheet
        return next(k for k,w in self.widgets.items() if f'lseg-{part}' in (w['state'].get('_dom_classes') or ()))
    async def send(self, kind, channel='shell', buffers=(), metadata=(), **content):
        head = dict(msg_id=uuid.uuid4().hex, msg_type=kind, username='', session=self.session, version='5.3', date='')
        parts = [json.dumps(p).encode() for p in (head, {}, dict(metadata or dict(version='2.1.0')), content)]
        await self.socket.write_message(serialize_msg_to_ws_v1([*parts, *buffers], channel), binary=True)
        return head['msg_id']
    async def hear(self, seconds):
        m = await asyncio.wait_for(self.socket.read_message(), seconds)
        if m is None: raise ConnectionError('the page was ended')
        header,parent,_,content = map(json.loads, deserialize_msg_from_ws_v1(m)[1][:4])
        return dict(header, parent_header=parent, content=content)
    async def ask(self, kind, seconds=60, **content): # all that was answered until it had been seen to
        asked,found = await self.send(kind, **content),[]
        while True:
            m = await self.hear(seconds)
            if m['parent_header'].get('msg_id') != asked: continue
            found.append(m)
            if m['msg_type'] == 'status' and m['content']['execution_state'] == 'idle': return found
    async def set(self, part, **state):
        return await self.ask('comm_msg', comm_id=self.named(part), data=dict(method='update', state=state, buffer_paths=[]))
    async def tell(self, part, buffers=(), **content):
        return await self.ask('comm_msg', buffers=buffers, comm_id=self.named(part), data=dict(method='custom', content=content))
    def close(self): self.socket.close()

def shown(messages, key='data'): # whether a widget's state of that name was sent; bytes stand beside the message
    sent = [m['content'].get('data', {}) for m in messages if m['msg_type'] == 'comm_msg']
    return any(key in d.get('state', {}) or [key] in d.get('buffer_paths', []) for d in sent)

def texts(messages): return json.dumps([m['content'] for m in messages], default=str)

async def intrusions(url, marker): # name -> whether it was refused; `marker` is a path that no file may come to be at
    "Try to get in, as another site, as a visitor without the address, and as one with the address."
    v,other = await Visitor(url).open(),await Visitor(url).open()
    found,u = {},urlsplit(url)
    async def fails(coroutine):
        try: await coroutine
        except (HTTPClientError, ConnectionError, OSError): return True
        return False
    own = dict(Cookie=v.cookies)
    for host in ('elsewhere.example', '192.0.2.1'):
        found[f'host {host}'] = u.query != '' or (await status(url, Host=host))[0] == 403
        found[f'static file, host {host}'] = u.query != '' or (await status(url, 'voila/static/voila.js', Host=host))[0] == 403
    for origin in ('http://elsewhere.example', 'null'):
        found[f'page, origin {origin}'] = (await status(url, f'?{u.query}', Origin=origin))[0] == 403
        found[f'web socket, origin {origin}'] = await fails(v.connect(v.kernel, Origin=origin))
        found[f'ending a page, origin {origin}'] = (await status(url, f'voila/api/shutdown/{v.kernel}', 'POST', Origin=origin, **own))[0] >= 400
    found['page in a frame'] = (await status(url, f'?{u.query}', **{'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'iframe'}))[0] == 403
    if u.query:
        for path in ('', f'api/kernels/{v.kernel}', '?token=', '?token=wrong'):
            code,text = await status(url, path)
            found[f'{path[:12]!r} without the token'] = code in (302, 401, 403) and v.kernel not in text
        stranger = Visitor(url); stranger.cookies = ''
        found['web socket without the token'] = await fails(stranger.connect(v.kernel))
    up = ['../'*9, '..%2f'*9, '%2e%2e/'*9, '....//'*9, '//']
    for path in [*(f'{place}{dots}etc/passwd' for place in ('', 'voila/files/', 'voila/static/', 'voila/templates/', 'voila/templates/lab/static/', 'voila/labextensions/',
                 'voila/api/themes/', 'files/') for dots in up), 'explore.ipynb', 'voila/files/explore.ipynb', 'voila/render/explore.ipynb',
                 'voila/tree/', 'api/contents', 'voila/api/contents', 'api/kernels', 'api/sessions', 'api/terminals', '?template=../../../../etc&theme=../../../../etc']:
        code,text = await status(url, path, **own)
        found[f'GET {path}'] = not re.search('root:.*:0:0:|nbformat|from lseg_nb|guarded\\(', text) and other.kernel not in text
    found['web socket of another protocol'] = await fails(v.connect(v.kernel, ()))
    found["another's page by a guess"] = await fails(v.connect(uuid.uuid4()))
    found["another's page named nowhere"] = other.kernel not in v.text and v.kernel not in other.text
    found['a large body'] = (await status_of_body(url, 2**22)) >= 400
    code = f'open({str(marker)!r}, "w").close()'
    for kind in ('execute_request', 'complete_request', 'inspect_request', 'history_request', 'is_complete_request', 'debug_request',
                 'create_subshell_request', 'usage_request', 'input_reply', 'interrupt_request', 'connect_request'):
        for channel in ('shell', 'control', 'stdin'):
            await v.send(kind, channel, code=code, silent=False, cursor_pos=1, value=code, hist_access_type='tail', n=9,
                         user_expressions={'x': code}, allow_stdin=True, command='evaluate', arguments=dict(expression=code))
    garbler = Visitor(url)
    for message in (b'', b'\xff'*99, bytes(99), 'text'):
        garbler.cookies = v.cookies
        socket_ = await garbler.connect(v.kernel)
        await socket_.write_message(message, binary=isinstance(message, bytes))
        socket_.close()
    answers = await v.tell('picture', kind='click', x=.5, y=.5)
    found['kernel messages'] = not marker.exists() and shown(answers, 'value')
    found |= await crafted(v)
    mine = await v.ask('comm_msg', comm_id=v.named('picture'), data=dict(method='request_state'))
    await other.set('sample', index=2) # another photo there
    theirs = await v.ask('comm_msg', comm_id=other.named('picture'), data=dict(method='request_state'))
    found["another's picture"] = shown(mine) and not shown(theirs)
    found['the page still works'] = 'last edit' in texts(await v.set('typed', value='pond')) and not marker.exists()
    v.close(), other.close()
    return found

async def status_of_body(url, size):
    u = urlsplit(url)
    try: return (await AsyncHTTPClient(force_instance=True).fetch(f'{u.scheme}://{u.netloc}/', method='POST', body=bytes(size), raise_error=False)).code
    except OSError: return 599 # it hung up

async def crafted(v): # messages as no page sends them
    leak = r'Traceback|site-packages|lseg_nb/|File \\"|root:'
    bad = {'a place that is none': ('picture', dict(kind='click', x='a', y=None)), 'no place': ('picture', dict(kind='click')), 'far outside': ('picture', dict(kind='hover', x=1e9, y=-1)),
           'a size that is none': ('picture', dict(kind='photo', size='9'*99, at=0)), 'less than nothing': ('picture', dict(kind='photo', size=-1, at=0)),
           'a photo over the limit': ('picture', dict(kind='photo', size=2**26, at=0)), 'no kind': ('picture', {}), 'a list': ('picture', dict(kind=[], key={}))}
    found = {}
    async def told(name, answers): found[f'widget: {name}'] = not re.search(leak, texts(answers))
    for name,(part,content) in bad.items(): await told(name, await v.tell(part, **content))
    for part,state in (('model_name', dict(_options_labels=['/etc/passwd'], index=0)), ('model_name', dict(index=1)), ('sample', dict(index=99)), ('view', dict(index='a')),
                       ('picture', dict(most=2**40, data='x')), ('legend', dict(children=['IPY_MODEL_none'])), ('opacity', dict(value='nan')), ('bias', dict(value=1e99)),
                       ('opacity', dict(value=-5)), ('typed', dict(value=', '.join(f'word {i}' for i in range(999)))), ('typed', dict(value='x'*10_000)), ('typed', dict(value=7)),
                       ('sequence', dict(value=[dict(name='/etc/passwd', type='', size=1, last_modified=0, content=None)])),
                       ('sequence', dict(value=[dict(name='a', type='', size=9, last_modified=0, content='{"format": 1}')]))):
        await told(f'{part} {str(state)[:40]}', await v.set(part, **state))
    for target,state in (('jupyter.widget', dict(_model_module='os', _model_name='system', _view_module='os')), ('nothing', {}), ('jupyter.widget', dict(_model_name='../../x')),
                         ('jupyter.widget', dict(_model_module='@jupyter-widgets/controls', _model_name='ImageModel', _model_module_version='2.0.0', value='/etc/passwd'))):
        await told(f'opens {target} {str(state)[:30]}', await v.ask('comm_open', comm_id=uuid.uuid4().hex, target_name=target, data=dict(state=state, buffer_paths=[])))
    await told('no such widget', await v.ask('comm_msg', comm_id='nothing', data=dict(method='update', state={})))
    return found

async def person(v, n, until, edits): # somebody who types, looks, and changes the photo now and then
    from lseg_nb.labels import known_words
    from lseg_nb.photo import sample_photo
    rng = random.Random(n)
    words = known_words()
    while time.time() < until:
        await asyncio.sleep(rng.uniform(2, 8))
        what = rng.choices(('type', 'undo', 'click', 'opacity', 'photo'), (10, 6, 3, 3, 1))[0]
        start = time.perf_counter()
        if what == 'type': await v.set('typed', value=rng.choice(words))
        elif what == 'undo': await v.tell('picture', kind='key', key='undo')
        elif what == 'click': await v.tell('picture', kind='click', x=rng.random(), y=rng.random())
        elif what == 'opacity': await v.set('opacity', value=rng.random())
        else:
            out = io.BytesIO()
            sample_photo(n % 2).crop((0, 0, 300 + rng.randrange(300), 400)).save(out, 'JPEG')
            await v.tell('picture', [out.getvalue()], kind='photo', size=len(out.getvalue()), at=0)
        edits.append((what, time.perf_counter() - start))

async def together(server, sessions, minutes):
    visitors,edits = [],[]
    for _ in range(sessions):
        visitors.append(await Visitor(server.url).open())
        print(f'page {len(visitors)} after {visitors[-1].opened:.1f} s', flush=True)
    code,_ = await status(server.url) if sessions >= 20 else (503, '')
    warm = time.time() + min(60, 15*minutes)
    await asyncio.gather(*(person(v, n, warm, []) for n,v in enumerate(visitors)))
    start,memory = time.time(),[server.memory()]
    async def watch():
        while time.time() < start + 60*minutes:
            await asyncio.sleep(min(30, 15*minutes))
            memory.append(server.memory())
            print(f'{time.time() - start:.0f} s: {memory[-1]} MB, {len(edits)} edits, the slowest {max([s for _,s in edits], default=0):.2f} s', flush=True)
    await asyncio.gather(watch(), *(person(v, n, start + 60*minutes, edits) for n,v in enumerate(visitors)))
    for v in visitors: v.close()
    times = sorted(s for k,s in edits if k != 'photo')
    return dict(edits=len(edits), median=round(times[len(times)//2], 3), slowest=round(times[-1], 3),
                slowest_photo=round(max([s for k,s in edits if k == 'photo'], default=0), 3), one_too_many_refused=code == 503,
                opened=[round(v.opened, 1) for v in visitors], memory_start=memory[0], memory_end=memory[-1], memory=memory)

def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument('--sessions', type=int, default=20)
    p.add_argument('--minutes', type=float, default=10)
    p.add_argument('--out', default=ROOT/'data'/'results'/'service.json')
    a = p.parse_args()
    from lseg_nb.metrics import versions
    begun = time.time()
    with tempfile.TemporaryDirectory() as folder:
        refused = {}
        for name,kwargs in dict(local={}, wide=dict(ip='0.0.0.0')).items():
            with Server(**kwargs) as server: refused[name] = asyncio.run(intrusions(server.url, Path(folder)/'marker'))
    for where,found in refused.items():
        print(f'{where}: {sum(found.values())} of {len(found)} intrusions refused')
        for name,ok in found.items(): ok or print(f'  NOT refused: {name}')
    with Server() as server: facts = asyncio.run(together(server, a.sessions, a.minutes))
    refusals = {k: [sum(v.values()), len(v)] for k,v in refused.items()}
    facts = dict(sessions=a.sessions, minutes=a.minutes, cores=os.cpu_count(), intrusions_refused=refusals) | facts
    facts |= dict(seconds=round(time.time() - begun), versions=versions())
    print(json.dumps(facts))
    Path(a.out).write_text(json.dumps(facts, indent=1) + '\n')
    sys.exit(not all(all(f.values()) for f in refused.values()))

if __name__ == '__main__': main()
