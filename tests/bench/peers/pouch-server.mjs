// express-pouchdb over LevelDB, as its readme sets it up. argv: folder, port (0: the system's choice).
import { createRequire } from 'node:module'
import { chdir } from 'node:process'

const require = createRequire(import.meta.url)
const [folder, port] = process.argv.slice(2)
const express = require('express')
const PouchDB = require('pouchdb').defaults({ prefix: `${folder}/` })
chdir(folder)
const app = express()
app.use('/', require('express-pouchdb')(PouchDB, { mode: 'minimumForPouchDB', inMemoryConfig: true, logPath: `${folder}/log.txt` }))
const server = app.listen(Number(port), '127.0.0.1', () => {
  console.log(JSON.stringify({ port: server.address().port }))
})
process.stdin.on('end', () => process.exit(0)).resume()
