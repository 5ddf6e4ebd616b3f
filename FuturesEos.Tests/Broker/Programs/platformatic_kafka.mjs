// @platformatic/kafka against a broker: codecs, headers, tombstones, a group that comes back to its place, commit and abort
// of transactions, administration. Arguments: bootstrap server, prefix of every name. What it prints is the same at every
// broker; it ends with 0 and "done" when all is as it should be.
import assert from 'node:assert/strict'
import { Admin, Consumer, Producer, stringDeserializers, stringSerializers } from '@platformatic/kafka'

const [server, name] = process.argv.slice(2)
const options = { clientId: 'platformatic', bootstrapBrokers: [server], retries: 3 }
const admin = new Admin(options)

// the broker's own words lie at the bottom of what is thrown
function word(error) {
  for (const inner of error.errors ?? []) {
    const found = word(inner)
    if (found) return found
  }
  return error.apiId ?? (error.cause ? word(error.cause) : undefined)
}

const said = promise => promise.then(() => 'ok', error => word(error) ?? error.message)

const producer = more => new Producer({ ...options, serializers: stringSerializers, ...more })

const consumer = groupId => new Consumer({ ...options, groupId, deserializers: stringDeserializers, sessionTimeout: 10_000, heartbeatInterval: 500 })

async function take(reader, topic, count, more = {}) {
  const stream = await reader.consume({ topics: [topic], mode: 'committed', fallbackMode: 'earliest', autocommit: false, maxWaitTime: 200, ...more })
  const records = []
  const late = setTimeout(() => stream.destroy(new Error(`${records.length} of ${count} records`)), 60_000)
  for await (const record of stream) {
    records.push(record)
    if (records.length === count) break
  }
  clearTimeout(late)
  return records
}

async function plain() {
  const topic = `${name}-plain`
  console.log('created', await said(admin.createTopics({ topics: [topic], partitions: 1, replicas: 1 })))
  console.log('again', await said(admin.createTopics({ topics: [topic], partitions: 1, replicas: 1 })))
  const sender = producer({ idempotent: true })
  for (const compression of ['none', 'gzip', 'snappy', 'lz4']) {
    await sender.send({ compression, acks: -1, messages: [{ topic, key: compression, value: 'v'.repeat(2000), headers: { h: compression } }] })
  }
  await sender.close()
  const reader = consumer(`${name}-read`)
  for (const record of await take(reader, topic, 4)) {
    console.log(Number(record.offset), record.key, record.value.length, record.headers.get('h'))
  }
  await reader.close(true)
}

async function group() {
  const topic = `${name}-group`
  await admin.createTopics({ topics: [topic], partitions: 2, replicas: 1 })
  const sender = producer()
  await sender.send({ acks: -1, messages: [...Array(100).keys()].map(i => ({ topic, key: `${i}`, value: `${i}` })) })
  await sender.close()
  const seen = new Set()
  for (let round = 0; round < 2; round++) {
    const reader = consumer(`${name}-members`)
    for (const record of await take(reader, topic, 50)) {
      seen.add(record.value)
      await record.commit()
    }
    await reader.close(true)
  }
  console.log('seen', seen.size)
  const groups = await admin.describeGroups({ groups: [`${name}-members`] })
  console.log('described', groups.get(`${name}-members`).state, groups.get(`${name}-members`).members.size)
  const [{ topics }] = await admin.listConsumerGroupOffsets({ groups: [`${name}-members`] })
  console.log('committed', Number(topics[0].partitions.reduce((sum, p) => sum + p.committedOffset, 0n)))
  console.log('deleted', await said(admin.deleteGroups({ groups: [`${name}-members`] })))
}

async function transactions() {
  const topic = `${name}-txn`
  await admin.createTopics({ topics: [topic], partitions: 1, replicas: 1 })
  const sender = producer({ idempotent: true, transactionalId: `${name}-id` })
  for (const [value, end] of [['kept', 'commit'], ['dropped', 'abort'], ['kept too', 'commit']]) {
    const transaction = await sender.beginTransaction()
    await transaction.send({ messages: [{ topic, key: 'k', value }] })
    await transaction[end]()
  }
  await sender.close()
  const reader = consumer(`${name}-committed`)
  console.log('committed', (await take(reader, topic, 2, { isolationLevel: 1 })).map(record => record.value))
  await reader.close(true)
}

async function administration() {
  const topic = `${name}-admin`
  const bad = { topics: [topic], partitions: 1, replicas: 1, configs: [{ name: 'retention.ms', value: 'soon' }] }
  console.log('a bad setting', await said(admin.createTopics(bad)))
  await admin.createTopics({ topics: [topic], partitions: 1, replicas: 1 })
  const resource = { resourceType: 2, resourceName: topic }
  const told = async () => {
    const [{ configs }] = await admin.describeConfigs({ resources: [{ ...resource, configurationKeys: ['retention.ms', 'cleanup.policy'] }] })
    return configs.map(config => `${config.name}=${config.value}`).sort().join(' ')
  }
  for (const configs of [[{ name: 'cleanup.policy', value: 'compact' }], [{ name: 'retention.ms', value: 'soon' }], []]) {
    console.log('altered', await said(admin.alterConfigs({ resources: [{ ...resource, configs }] })), await told())
  }
  const set = { name: 'retention.ms', configOperation: 0, value: '5000000' }
  console.log('incrementally', await said(admin.incrementalAlterConfigs({ resources: [{ ...resource, configs: [set] }] })), await told())
  const folders = await admin.describeLogDirs({ topics: [{ name: topic, partitions: [0] }] })
  console.log('folders', folders.length, folders[0].results[0].topics.map(t => t.partitions.map(p => Number(p.partitionSize))))
  const acl = { resourceType: 2, resourceName: topic, resourcePatternType: 3, principal: 'User:u', host: '*', operation: 3, permissionType: 3 }
  console.log('rights', await said(admin.createAcls({ creations: [acl] })), await said(admin.describeAcls({ filter: acl })), await said(admin.deleteAcls({ filters: [acl] })))
  console.log('more', await said(admin.createPartitions({ topics: [{ name: topic, count: 3, assignments: null }] })))
  const listed = await admin.listTopics()
  assert(listed.includes(topic))
  console.log('deleted', await said(admin.deleteTopics({ topics: [topic] })), await said(admin.deleteTopics({ topics: [`${name}-no`] })))
}

for (const part of [plain, group, transactions, administration]) {
  await part()
  console.log(`${part.name} ok`)
}
await admin.close()
console.log('done')
