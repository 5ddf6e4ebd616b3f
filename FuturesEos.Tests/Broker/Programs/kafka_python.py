"""kafka-python against a broker: the codecs it has, headers, tombstones, a group, commits, seek by time.

Arguments: bootstrap server, prefix of every name. Ends with 0 and "done" when all is as it should be.
It has neither idempotence nor transactions nor read_committed.
"""
import sys

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import NewTopic
from kafka.structs import OffsetAndMetadata

server, name = sys.argv[1:]


def codecs():
    admin = KafkaAdminClient(bootstrap_servers=server)
    for codec in (None, 'gzip', 'snappy', 'lz4'):
        topic = f'{name}-{codec}'
        admin.create_topics([NewTopic(topic, 1, 1)])
        try:
            producer = KafkaProducer(bootstrap_servers=server, acks='all', compression_type=codec)
        except AssertionError as without:
            print(f'{codec} left out: {without}')
            continue
        for i in range(200):
            producer.send(topic, key=b'k%d' % (i % 9), value=None if i == 7 else b'v%d' % i,
                          headers=[('h', b'x')], timestamp_ms=1000 + i)
        producer.flush(30)
        producer.close()
        consumer = KafkaConsumer(topic, bootstrap_servers=server, auto_offset_reset='earliest', consumer_timeout_ms=2000)
        read = []
        for record in consumer:
            read.append(record)
            if len(read) == 200:
                break
        assert [r.value for r in read] == [None if i == 7 else b'v%d' % i for i in range(200)]
        assert read[0].headers == [('h', b'x')]
        partition = TopicPartition(topic, 0)
        assert consumer.offsets_for_times({partition: 1100})[partition].offset == 100
        consumer.close()
        print(f'{codec} ok')
    admin.close()


def positions():
    topic, group = f'{name}-None', f'{name}-group'
    consumer = KafkaConsumer(topic, bootstrap_servers=server, group_id=group, auto_offset_reset='earliest',
                             enable_auto_commit=False, consumer_timeout_ms=20000)
    first = [next(consumer).value for _ in range(50)]
    partition = TopicPartition(topic, 0)
    consumer.commit({partition: OffsetAndMetadata(50, 'half')})
    consumer.close()
    again = KafkaConsumer(topic, bootstrap_servers=server, group_id=group, consumer_timeout_ms=20000)
    assert next(again).value == b'v50' and first[0] == b'v0'
    assert again.committed(partition, metadata=True).metadata == 'half'
    again.close()
    print('positions ok')


codecs()
positions()
print('done')
