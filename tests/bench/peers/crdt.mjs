// Texts in Yjs, Loro and Automerge: the same edits, made here once, opened and merged again and again.
// argv: folder.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import * as Y from 'yjs'
import { LoroDoc } from 'loro-crdt'
import * as A from '@automerge/automerge'
import { answer, timed } from './line.mjs'

const folder = process.argv[2]
const SIGNS = '关于做好防汛抗旱水利工程建设安全生产检查档案整理预算执行信访工作的通知各乡镇要全面推进落实'

// xorshift32: the same edits in every library and every run.
function dice(seed) {
  let state = seed
  return limit => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % limit
  }
}

const signs = (random, length) => Array.from({ length }, () => SIGNS[random(SIGNS.length)]).join('')

// Where one edits, and how: somebody who types on, goes elsewhere now and then, and takes things back. Of the
// size of trace B4 of dmonad/crdt-benchmarks: 182,315 signs typed and 77,463 taken out, one by one.
function* typing(inserts, deletes) {
  const random = dice(20261122)
  let [length, place, typed, taken] = [0, 0, 0, 0]
  while (typed + taken < inserts + deletes) {
    if (random(40) === 0) place = random(length + 1)
    const run = 1 + random(24)
    const takes = taken < deletes && length > 200 && random(inserts + deletes) < deletes
    for (let n = 0; n < run; n += 1) {
      if (takes && taken < deletes && place > 0) {
        place -= 1
        length -= 1
        taken += 1
        yield [place, 1, '']
      } else if (!takes && typed < inserts) {
        yield [place, 0, SIGNS[random(SIGNS.length)]]
        place += 1
        length += 1
        typed += 1
      }
    }
    if (typed === inserts && length <= 200) return
  }
}

// A long draft typed sign by sign in Yjs; kept, because it takes half a minute.
function long({ inserts, deletes }) {
  const path = `${folder}/long-${inserts}-${deletes}.yjs`
  if (!existsSync(path)) {
    const doc = new Y.Doc({ gc: false })
    doc.clientID = 41
    const text = doc.getText('title')
    let edits = 0
    for (const [place, taken, sign] of typing(inserts, deletes)) {
      if (taken) text.delete(place, taken)
      else text.insert(place, sign)
      edits += 1
    }
    const collected = new Y.Doc()
    Y.applyUpdate(collected, Y.encodeStateAsUpdate(doc))
    writeFileSync(path, Y.encodeStateAsUpdate(collected))
    writeFileSync(`${path}.json`, JSON.stringify({ edits, length: text.length }))
  }
  return { path, ...JSON.parse(readFileSync(`${path}.json`, 'utf8')) }
}

async function open({ path }) {
  const { ms, value } = await timed(() => {
    const doc = new Y.Doc()
    Y.applyUpdate(doc, readFileSync(path))
    return doc.getText('title').length
  })
  return { ms, length: value }
}

const yjs = {
  base(text) {
    const doc = new Y.Doc()
    doc.clientID = 1
    doc.getText('title').insert(0, text)
    return Y.encodeStateAsUpdate(doc)
  },
  side(base, client, edits) {
    const doc = new Y.Doc()
    doc.clientID = client
    Y.applyUpdate(doc, base)
    const before = Y.encodeStateVector(doc)
    for (const [place, sign] of edits) doc.getText('title').insert(place, sign)
    return Y.encodeStateAsUpdate(doc, before)
  },
  merge(base, sides) {
    const doc = new Y.Doc()
    for (const update of [base, ...sides]) Y.applyUpdate(doc, update)
    return [doc.getText('title').length, Y.encodeStateAsUpdate(doc)]
  },
}

const loro = {
  base(text) {
    const doc = new LoroDoc()
    doc.setPeerId('1')
    doc.getText('title').insert(0, text)
    return doc.export({ mode: 'snapshot' })
  },
  side(base, client, edits) {
    const doc = LoroDoc.fromSnapshot(base)
    doc.setPeerId(String(client))
    const before = doc.version()
    for (const [place, sign] of edits) {
      doc.getText('title').insert(place, sign)
      doc.commit()
    }
    return doc.export({ mode: 'update', from: before })
  },
  merge(base, sides) {
    const doc = LoroDoc.fromSnapshot(base)
    for (const update of sides) doc.import(update)
    return [doc.getText('title').length, doc.export({ mode: 'snapshot' })]
  },
}

const automerge = {
  base(text) {
    return A.save(A.from({ title: text }, { actor: '01'.repeat(16) }))
  },
  side(base, client, edits) {
    let doc = A.load(base, { actor: String(client).padStart(2, '0').repeat(16) })
    const before = doc
    for (const [place, sign] of edits) doc = A.change(doc, held => A.splice(held, ['title'], place, 0, sign))
    return A.getChanges(before, doc)
  },
  merge(base, sides) {
    let doc = A.load(base)
    for (const changes of sides) [doc] = A.applyChanges(doc, changes)
    return [doc.title.length, A.save(doc)]
  },
}

const libraries = { yjs, loro, automerge }
const prepared = {}

// A base of 9,000 signs, and two who each put `edits` signs into it wherever, apart.
function apart({ edits }) {
  const text = signs(dice(7), 9000)
  const typed = [2, 3].map(client => {
    const random = dice(client * 7919)
    return Array.from({ length: edits }, (_, n) => [random(9000 + n), SIGNS[random(SIGNS.length)]])
  })
  for (const [name, library] of Object.entries(libraries)) {
    const base = library.base(text)
    prepared[name] = [base, typed.map((list, at) => library.side(base, at + 2, list))]
  }
  const [base, sides] = prepared.yjs
  const paths = ['base', 'left', 'right'].map(name => `${folder}/apart-${edits}-${name}.yjs`)
  ;[base, ...sides].forEach((update, at) => writeFileSync(paths[at], update))
  return { paths, length: 9000 + 2 * edits }
}

async function merge({ library }) {
  const [base, sides] = prepared[library]
  const { ms, value } = await timed(() => libraries[library].merge(base, sides))
  return { ms, length: value[0], bytes: value[1].length }
}

await answer({ long, open, apart, merge })
