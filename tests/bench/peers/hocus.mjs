// Desks that have drafts open at a Hocuspocus server, each with a connection of its own.
import * as Y from 'yjs'
import WebSocket from 'ws'
import { HocuspocusProvider, HocuspocusProviderWebsocket } from '@hocuspocus/provider'
import { answer, timed } from './line.mjs'

const rooms = []

async function join({ port, drafts, desks }) {
  for (let draft = 0; draft < drafts; draft += 1) {
    const room = []
    for (let desk = 0; desk < desks; desk += 1) {
      const socket = new HocuspocusProviderWebsocket({ url: `ws://127.0.0.1:${port}`, WebSocketPolyfill: WebSocket })
      const document = new Y.Doc()
      const synced = new Promise(resolve => {
        const provider = new HocuspocusProvider({
          websocketProvider: socket,
          name: `draft-${draft}`,
          document,
          awareness: null,
          onSynced: resolve,
        })
        provider.attach()
      })
      room.push({ document, synced })
    }
    await Promise.all(room.map(desk => desk.synced))
    rooms.push(room)
  }
  return { desks: rooms.flat().length }
}

// The first desk of each draft types, sign by sign, each sign an update; until every desk has every sign.
async function turn({ signs }) {
  const text = document => document.getText('title')
  const before = rooms.map(room => text(room[0].document).length)
  const { ms } = await timed(async () => {
    const there = rooms.flatMap((room, at) =>
      room.slice(1).map(
        ({ document }) =>
          new Promise(resolve => {
            const look = () => {
              if (text(document).length >= before[at] + signs) {
                document.off('update', look)
                resolve()
              }
            }
            document.on('update', look)
          }),
      ),
    )
    for (let n = 0; n < signs; n += 1) {
      for (const room of rooms) text(room[0].document).insert(text(room[0].document).length, '水')
      // So that what was typed goes out while more is typed.
      await new Promise(resolve => setImmediate(resolve))
    }
    await Promise.all(there)
  })
  return { ms }
}

await answer({ join, turn })
