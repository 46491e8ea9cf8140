// One JSON line in, one out: `{ op, ... }` and what the operation answers.
import { createInterface } from 'node:readline'

export async function answer(operations) {
  console.log(JSON.stringify({ ready: true }))
  for await (const line of createInterface({ input: process.stdin })) {
    const asked = JSON.parse(line)
    try {
      const answer = await operations[asked.op](asked)
      console.log(JSON.stringify(answer ?? {}))
    } catch (error) {
      console.log(JSON.stringify({ error: String(error?.stack ?? error) }))
    }
  }
  process.exit(0)
}

export async function timed(work) {
  const begin = performance.now()
  const value = await work()
  return { ms: performance.now() - begin, value }
}
