# confluent-kafka (librdkafka's binding of Python) against a broker: codecs, headers, a group that comes back to its place,
# commit, abort and fence of transactions, administration. Arguments: bootstrap server, prefix of every name.
# What it prints is the same at every broker; it ends with 0 and "done" when all is as it should be.
import sys
import time

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, ConfigResource, NewPartitions, NewTopic

server, name = sys.argv[1:3]
admin = AdminClient({'bootstrap.servers': server})


def said(future):
    try:
        future.result()
        return 'ok'
    except KafkaException as refused:
        return refused.args[0].name()


def create(topic, partitions=1, config=None):
    futures = admin.create_topics([NewTopic(topic, num_partitions=partitions, replication_factor=1, config=config or {})])
    return said(futures[topic])


def consumer(group, **more):
    return Consumer({'bootstrap.servers': server, 'group.id': group, 'enable.auto.commit': False,
                     'auto.offset.reset': 'earliest', 'session.timeout.ms': 10000, **more})


def take(reader, count):
    records, until = [], time.time() + 60
    while len(records) < count:
        assert time.time() < until, f'{len(records)} of {count} records'
        record = reader.poll(0.2)
        if record is not None:
            assert record.error() is None, record.error()
            records.append(record)
    return records


def plain():
    topic = f'{name}-plain'
    print('created', create(topic), 'again', create(topic))
    for codec in ('none', 'gzip', 'snappy', 'lz4', 'zstd'):
        producer = Producer({'bootstrap.servers': server, 'compression.type': codec, 'enable.idempotence': True})
        producer.produce(topic, key=codec, value='v' * 2000, headers=[('h', codec.encode())], timestamp=1_700_000_000_000)
        producer.produce(topic, key=codec, value=None)
        assert producer.flush(30) == 0
    reader = consumer(f'{name}-read')
    reader.subscribe([topic])
    records = take(reader, 10)
    for record in records[::2]:
        assert record.headers() == [('h', record.key())] and len(record.value()) == 2000
    assert all(record.value() is None for record in records[1::2])
    print('offsets', [record.offset() for record in records], reader.get_watermark_offsets(TopicPartition(topic, 0)))
    found = reader.offsets_for_times([TopicPartition(topic, 0, 1_700_000_000_000)])
    print('by time', found[0].offset)
    reader.close()


def group():
    topic = f'{name}-group'
    create(topic, 2)
    producer = Producer({'bootstrap.servers': server})
    for i in range(100):
        producer.produce(topic, key=str(i), value=str(i))
    assert producer.flush(30) == 0
    first = consumer(f'{name}-members')
    first.subscribe([topic])
    half = {record.value() for record in take(first, 50)}
    first.commit(asynchronous=False)
    first.close()
    second = consumer(f'{name}-members')
    second.subscribe([topic])
    rest = {record.value() for record in take(second, 50)}
    assert not half & rest and len(half | rest) == 100
    second.commit(asynchronous=False)
    places = second.committed([TopicPartition(topic, 0), TopicPartition(topic, 1)])
    print('committed', sum(place.offset for place in places))
    print('listed', [g.state for g in admin.list_groups(f'{name}-members', timeout=30)])
    second.close()


def transactions():
    topic = f'{name}-txn'
    create(topic)

    def make():
        producer = Producer({'bootstrap.servers': server, 'transactional.id': f'{name}-id'})
        producer.init_transactions(30)
        return producer

    reader = consumer(f'{name}-positions')
    producer = make()
    for value, position, isCommit in (('kept', 7, True), ('dropped', 9, False), ('kept too', 8, True)):
        producer.begin_transaction()
        producer.produce(topic, value=value)
        producer.send_offsets_to_transaction([TopicPartition(topic, 0, position)], reader.consumer_group_metadata(), 30)
        producer.commit_transaction(30) if isCommit else producer.abort_transaction(30)
    producer.begin_transaction()
    producer.produce(topic, value='of a zombie')
    producer.flush(30)
    living = make()
    living.begin_transaction()
    living.produce(topic, value='last')
    living.commit_transaction(30)
    try:
        producer.commit_transaction(30)
        print('a zombie committed')
    except KafkaException as fenced:
        print('fenced', fenced.args[0].name())
    print('position', reader.committed([TopicPartition(topic, 0)])[0].offset)
    reader.close()
    committed = consumer(f'{name}-committed', **{'isolation.level': 'read_committed'})
    committed.subscribe([topic])
    print('committed', [record.value() for record in take(committed, 3)])
    committed.close()


def administration():
    topic = f'{name}-admin'
    print('a bad setting', create(topic, config={'retention.ms': 'soon'}))
    print('created', create(topic, config={'retention.ms': '1000000'}))
    print('more', said(admin.create_partitions([NewPartitions(topic, 3)])[topic]))
    print('fewer', said(admin.create_partitions([NewPartitions(topic, 2)])[topic]))

    def told():
        resource = ConfigResource('topic', topic)
        found = list(admin.describe_configs([resource]).values())[0].result()
        return [found[key].value for key in ('retention.ms', 'cleanup.policy', 'compression.type')]

    print(told())
    print('altered', said(list(admin.alter_configs([ConfigResource('topic', topic, set_config={'cleanup.policy': 'compact'})]).values())[0]))
    print(told())
    print('wrongly', said(list(admin.alter_configs([ConfigResource('topic', topic, set_config={'cleanup.policy': 'x'})]).values())[0]))
    print('partitions', len(admin.list_topics(topic, timeout=30).topics[topic].partitions))
    print('deleted', said(admin.delete_topics([topic])[topic]), 'no topic', said(admin.delete_topics([f'{name}-no'])[f'{name}-no']))


for part in (plain, group, transactions, administration):
    part()
    print(part.__name__, 'ok')
print('done')
