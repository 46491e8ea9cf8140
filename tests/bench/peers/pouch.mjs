// A PouchDB replica over LevelDB. argv: folder.
import { createRequire } from 'node:module'
import { readFileSync, rmSync } from 'node:fs'
import { answer, timed } from './line.mjs'

const PouchDB = createRequire(import.meta.url)('pouchdb')
const folder = process.argv[2]
const options = { batch_size: 1000, batches_limit: 10 }
let local

async function fill({ url, file }) {
  const remote = new PouchDB(url)
  const rows = readFileSync(file, 'utf8').trim().split('\n')
  const docs = rows.map(row => {
    const { id, ...rest } = JSON.parse(row)
    return { _id: id, ...rest }
  })
  for (let at = 0; at < docs.length; at += 500) await remote.bulkDocs(docs.slice(at, at + 500))
}

async function pull({ url }) {
  if (local) await local.destroy()
  rmSync(`${folder}/replica`, { recursive: true, force: true })
  local = new PouchDB(`${folder}/replica`)
  const { ms, value } = await timed(() => local.replicate.from(url, options))
  return { ms, count: value.docs_written }
}

async function edit({ count, round }) {
  const { rows } = await local.allDocs({ include_docs: true, limit: count })
  const docs = rows.map(({ doc }) => ({ ...doc, title: `${doc.title}（第${round}次修改）` }))
  await local.bulkDocs(docs)
}

async function push({ url }) {
  const { ms, value } = await timed(() => local.replicate.to(url, options))
  return { ms, count: value.docs_written }
}

async function nothing({ url }) {
  const { ms } = await timed(() => local.replicate.from(url, options))
  return { ms }
}

await answer({ fill, pull, edit, push, nothing })
