// The service worker of the page of `lseg web`: keeps the site's files, so that it works offline, and answers for these files alone.
const FILES = {} // path -> hash of its contents; written by the build
const POLICY = '' // as in the page itself; written by the build
const ROOT = new URL('./', self.location).pathname
const HEADERS = {
  'Content-Security-Policy': POLICY,
  'Cross-Origin-Opener-Policy': 'same-origin', // with the next, the page may use threads
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
}
const key = path => `${ROOT}${path}?${FILES[path]}`

async function kept(path) { // from the cache, or once from the network
  const cache = await caches.open('lseg'), found = await cache.match(key(path))
  if (found) return found
  const fetched = await fetch(ROOT + path, {cache: 'no-cache', credentials: 'omit'}) // a query would go along; it does not
  if (fetched.ok) cache.put(key(path), fetched.clone()).catch(() => {}) // no room: it is fetched again
  return fetched
}

async function answer(request) {
  const url = new URL(request.url), path = url.pathname.slice(ROOT.length) || 'index.html'
  const ours = request.method == 'GET' && url.origin == location.origin && url.pathname.startsWith(ROOT) && path in FILES
  if (!ours) return Response.error()
  const {body, status, headers} = await kept(path)
  return new Response(body, {status, headers: {...Object.fromEntries(headers), ...HEADERS}})
}

self.onfetch = e => e.respondWith(answer(e.request).catch(() => Response.error()))
self.oninstall = e => e.waitUntil(Promise.all(Object.keys(FILES).filter(path => !path.endsWith('.z')).map(kept)))
self.onactivate = e => e.waitUntil((async () => { // what has changed goes; what is the same stays
  const cache = await caches.open('lseg'), now = new Set(Object.keys(FILES).map(path => new URL(key(path), location).href))
  for (const old of await cache.keys()) if (!now.has(old.url)) await cache.delete(old)
  await clients.claim()
})())
