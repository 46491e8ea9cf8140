// Hocuspocus as its readme sets it up: in memory, no extension. Says its port and, for each line it is given,
// what memory is its own (RSS, in kilobytes).
import { createInterface } from 'node:readline'
import { Server } from '@hocuspocus/server'

const server = new Server({ port: 0, address: '127.0.0.1', quiet: true, stopOnSignals: false })
await server.listen()
console.log(JSON.stringify({ port: server.address.port }))
for await (const _ of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify({ kb: process.memoryUsage().rss / 1024, cpu: process.cpuUsage() }))
}
process.exit(0)
