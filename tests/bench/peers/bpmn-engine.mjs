// bpmn-engine plays an approval of five decisions. argv: the model. The model is read once and kept.
import { readFile } from 'node:fs/promises'
import { EventEmitter } from 'node:events'
import BpmnModdle from 'bpmn-moddle'
import { Engine } from 'bpmn-engine'
import { answer, timed } from './line.mjs'

const source = await readFile(process.argv[2], 'utf8')
const moddleContext = await new BpmnModdle().fromXML(source)

async function play(kept) {
  const engine = new Engine({ name: 'approval', moddleContext })
  const listener = new EventEmitter()
  let waiting = []
  listener.on('activity.wait', (activity) => waiting.push(activity))
  const ended = engine.waitFor('end')
  await engine.execute({ listener })
  let decided = 0
  while (waiting.length > 0) {
    waiting.shift().signal()
    decided += 1
    if (kept) JSON.stringify(await engine.getState())
  }
  await ended
  return decided
}

await answer({
  async play({ count, kept }) {
    let decisions = 0
    const { ms } = await timed(async () => {
      for (let n = 0; n < count; n++) decisions += await play(kept)
    })
    return { ms, decisions }
  },
})
