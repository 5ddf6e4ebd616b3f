// kafkajs against a broker: topics, headers, tombstones, gzip, 1 MB, a group, offsets by time, commit, abort and fence of
// transactions, administration. What it prints is the same at every broker.
// Arguments: bootstrap server, prefix of every name. Ends with 0 and "done" when all is as it should be.
const assert = require('assert/strict')
const { Kafka, CompressionTypes, logLevel } = require('kafkajs')

const [server, name] = process.argv.slice(2)
const kafka = new Kafka({ clientId: 'kafkajs', brokers: [server], logLevel: logLevel.NOTHING, retry: { retries: 3 } })
const admin = kafka.admin()

async function read(topic, count, options = {}) {
  const consumer = kafka.consumer({ groupId: `${name}-read-${Math.random()}`, readUncommitted: false, ...options })
  const records = []
  await consumer.connect()
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  await new Promise((resolve, reject) => {
    consumer.on(consumer.events.CRASH, event => reject(event.payload.error))
    consumer.run({
      eachMessage: async ({ message }) => {
        records.push(message)
        if (records.length === count) resolve()
      },
    }).catch(reject)
  })
  await consumer.disconnect()
  return records
}

async function plain() {
  const topic = `${name}-plain`
  await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true })
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()
  const large = Buffer.alloc(1_000_000, 'x')
  await producer.send({ topic, messages: [{ key: 'a', value: '1', headers: { h: 'v' }, timestamp: '1000' }] })
  await producer.send({ topic, messages: [{ key: 'a', value: null, timestamp: '2000' }] })
  await producer.send({ topic, compression: CompressionTypes.GZIP, messages: [{ key: 'b', value: 'zipped', timestamp: '3000' }] })
  await producer.send({ topic, messages: [{ key: 'c', value: large, timestamp: '4000' }] })
  await producer.disconnect()
  const records = await read(topic, 4)
  assert.equal(records[0].headers.h.toString(), 'v')
  assert.equal(records[1].value, null)
  assert.equal(records[2].value.toString(), 'zipped')
  assert.equal(records[3].value.length, large.length)
  const [found] = await admin.fetchTopicOffsetsByTimestamp(topic, 2500)
  assert.equal(found.offset, '2')
  await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '2' }] })
  const [ends] = await admin.fetchTopicOffsets(topic)
  assert.deepEqual([ends.low, ends.high], ['2', '4'])
}

async function group() {
  const topic = `${name}-group`
  const groupId = `${name}-members`
  await admin.createTopics({ topics: [{ topic, numPartitions: 2 }], waitForLeaders: true })
  const seen = new Set()
  const owned = new Map()
  const consumers = [0, 1].map(() => kafka.consumer({ groupId, sessionTimeout: 10_000, rebalanceTimeout: 10_000, heartbeatInterval: 200 }))
  for (const consumer of consumers) {
    await consumer.connect()
    await consumer.subscribe({ topics: [topic], fromBeginning: true })
    consumer.on(consumer.events.GROUP_JOIN, event => owned.set(consumer, event.payload.memberAssignment[topic] ?? []))
    await consumer.run({ eachMessage: async ({ message }) => { seen.add(message.value.toString()) } })
  }
  const eventually = async condition => {
    for (const until = Date.now() + 30_000; !condition(); await new Promise(go => setTimeout(go, 20))) assert(Date.now() < until, condition)
  }
  await eventually(() => owned.size === 2 && [...owned.values()].every(partitions => partitions.length === 1))
  const producer = kafka.producer()
  await producer.connect()
  await producer.send({ topic, messages: [...Array(200).keys()].map(i => ({ key: `${i}`, value: `${i}` })) })
  await eventually(() => seen.size === 200)
  await consumers[0].disconnect()
  await eventually(() => owned.get(consumers[1]).length === 2)
  await consumers[1].disconnect()
  await producer.disconnect()
  const [{ partitions }] = await admin.fetchOffsets({ groupId, topics: [topic] })
  assert.equal(partitions.reduce((sum, p) => sum + Number(p.offset), 0), 200)
  await admin.deleteGroups([groupId])
}

async function transactions() {
  const topic = `${name}-txn`
  const groupId = `${name}-positions`
  await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true })
  const make = () => kafka.producer({ transactionalId: `${name}-id`, idempotent: true, maxInFlightRequests: 1, transactionTimeout: 30_000 })
  const producer = make()
  await producer.connect()
  const within = async (value, offset, end) => {
    const transaction = await producer.transaction()
    await transaction.send({ topic, messages: [{ value }] })
    await transaction.sendOffsets({ consumerGroupId: groupId, topics: [{ topic, partitions: [{ partition: 0, offset }] }] })
    await transaction[end]()
  }
  await within('kept', '7', 'commit')
  await within('dropped', '9', 'abort')
  await within('kept too', '8', 'commit')
  assert.deepEqual((await read(topic, 2)).map(m => m.value.toString()), ['kept', 'kept too'])
  assert.equal((await read(topic, 3, { readUncommitted: true })).length, 3)
  const [{ partitions }] = await admin.fetchOffsets({ groupId, topics: [topic] })
  assert.equal(partitions[0].offset, '8')

  const zombie = await producer.transaction()
  await zombie.send({ topic, messages: [{ value: 'of a zombie' }] })
  const next = make()
  await next.connect()
  const living = await next.transaction()
  await living.send({ topic, messages: [{ value: 'last' }] })
  await living.commit()
  await assert.rejects(zombie.commit(), error => /fenced|epoch/i.test(`${error.type} ${error.message}`))
  assert.deepEqual((await read(topic, 3)).map(m => m.value.toString()), ['kept', 'kept too', 'last'])
  await producer.disconnect()
  await next.disconnect()
}

async function administration() {
  const topic = `${name}-admin`
  const said = promise => promise.then(() => 'ok', error => error.type ?? error.message)
  await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true })
  const told = async () => {
    const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [{ type: 2, name: topic, configNames: ['retention.ms', 'cleanup.policy'] }] })
    return resources[0].configEntries.map(entry => `${entry.configName}=${entry.configValue}`).sort().join(' ')
  }
  for (const configEntries of [[{ name: 'cleanup.policy', value: 'compact' }], [{ name: 'retention.ms', value: 'soon' }], []]) {
    console.log('altered', await said(admin.alterConfigs({ validateOnly: false, resources: [{ type: 2, name: topic, configEntries }] })), await told())
  }
  const acl = { resourceType: 2, resourceName: topic, resourcePatternType: 3, principal: 'User:u', host: '*', operation: 3, permissionType: 3 }
  console.log('rights', await said(admin.createAcls({ acl: [acl] })), await said(admin.describeAcls(acl)), await said(admin.deleteAcls({ filters: [acl] })))
  const { brokers } = await admin.describeCluster()
  const move = replicas => said(admin.alterPartitionReassignments({ topics: [{ topic, partitionAssignment: [{ partition: 0, replicas }] }] }))
  console.log('moved', await move([brokers[0].nodeId]), await move([brokers[0].nodeId + 1]))
  console.log('moves', (await admin.listPartitionReassignments({ topics: [{ topic, partitions: [0] }] })).topics)
  console.log('more', await said(admin.createPartitions({ topicPartitions: [{ topic, count: 2 }] })), (await admin.fetchTopicMetadata({ topics: [topic] })).topics[0].partitions.length)
  console.log('deleted', await said(admin.deleteTopics({ topics: [topic] })), await said(admin.deleteTopics({ topics: [`${name}-no`] })))
}

async function main() {
  await admin.connect()
  for (const part of [plain, group, transactions, administration]) {
    await part()
    console.log(`${part.name} ok`)
  }
  await admin.disconnect()
  console.log('done')
}

main().catch(failed => {
  console.error(failed)
  process.exit(1)
})
