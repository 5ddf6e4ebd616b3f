import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.*;
import java.util.concurrent.*;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.*;
import org.apache.kafka.common.serialization.*;

/**
 * Apache Kafka's own clients against a broker: producers with every codec, in transactions, fenced; groups that rebalance
 * while records flow, eagerly and cooperatively; administration. Arguments: bootstrap server, prefix of every name. Ends
 * with 0 and "done" when all is as it should be.
 */
public class JavaClients {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<Class<?>> FENCED =
        List.of(ProducerFencedException.class, InvalidProducerEpochException.class);
    private static String server;
    private static String name;
    private static Admin admin;

    public static void main(String[] args) throws Exception {
        server = args[0];
        name = args[1];
        try (Admin opened = Admin.create(settings())) {
            admin = opened;
            records();
            System.out.println("records ok");
            transactions();
            System.out.println("transactions ok");
            group("range", RangeAssignor.class);
            System.out.println("range ok");
            group("cooperative", CooperativeStickyAssignor.class);
            System.out.println("cooperative ok");
            administration();
            System.out.println("administration ok");
        }
        System.out.println("done");
        System.exit(0);
    }

    private static void records() throws Exception {
        String topic = create("records", 1);
        long start = System.currentTimeMillis() - 3_600_000;
        byte[] large = new byte[1_000_000];
        new Random(1).nextBytes(large);
        List<String> codecs = List.of("none", "gzip", "snappy", "lz4", "zstd");
        for (int i = 0; i < codecs.size(); i++) {
            Map<String, Object> settings =
                Map.of("compression.type", codecs.get(i), "linger.ms", 20, "max.request.size", 1_100_000);
            try (var producer = producer(settings)) {
                long time = start + 1_000 * i;
                var headed = new ProducerRecord<>(topic, 0, time, "k", bytes(codecs.get(i)));
                headed.headers().add("h", bytes("v")).add("nothing", null);
                producer.send(headed);
                producer.send(new ProducerRecord<>(topic, 0, time + 1, "k", (byte[]) null));
                producer.send(new ProducerRecord<>(topic, 0, time + 2, "k", new byte[0]));
                producer.send(new ProducerRecord<>(topic, 0, time + 3, "k", large)).get();
            }
        }

        try (var consumer = consumer("records", Map.of())) {
            var place = new TopicPartition(topic, 0);
            consumer.assign(List.of(place));
            consumer.seekToBeginning(List.of(place));
            var read = take(consumer, 4 * codecs.size());
            for (int i = 0; i < codecs.size(); i++) {
                var headed = read.get(4 * i);
                check(codecs.get(i), text(headed.value()), "value");
                check("v", text(headed.headers().lastHeader("h").value()), "header");
                check(null, headed.headers().lastHeader("nothing").value(), "header of nothing");
                check(null, read.get(4 * i + 1).value(), "tombstone");
                check(0, read.get(4 * i + 2).value().length, "empty value");
                check(true, Arrays.equals(large, read.get(4 * i + 3).value()), "1 MB with " + codecs.get(i));
            }

            var found = consumer.offsetsForTimes(Map.of(place, start + 2_001)).get(place);
            check(9L, found.offset(), "offset of a time");
            check(start + 2_001, found.timestamp(), "its time");
            consumer.seek(place, found.offset());
            check(9L, take(consumer, 1).get(0).offset(), "sought");
            check(null, consumer.offsetsForTimes(Map.of(place, start + 9_000)).get(place), "offset of a time to come");
        }
    }

    private static void transactions() throws Exception {
        String topic = create("transactions", 2);
        String group = name + "-positions";
        var place = new TopicPartition(topic, 0);
        var living = transactional();
        living.initTransactions();
        try (var member = consumer("positions", Map.of())) {
            for (String value : List.of("kept", "dropped", "kept too")) {
                living.beginTransaction();
                living.send(new ProducerRecord<>(topic, 0, "k", bytes(value)));
                living.send(new ProducerRecord<>(topic, 1, "k", bytes(value)));
                var positions = Map.of(place, new OffsetAndMetadata(value.length(), value));
                living.sendOffsetsToTransaction(positions, member.groupMetadata());
                living.flush(); // what is not on its way when a transaction is aborted is never sent
                if (value.equals("dropped")) living.abortTransaction();
                else living.commitTransaction();
            }
        }

        check(List.of("kept", "kept too"), values(topic, 0, 2, "read_committed"), "committed");
        check(List.of("kept", "kept too"), values(topic, 1, 2, "read_committed"), "committed in the other");
        check(List.of("kept", "dropped", "kept too"), values(topic, 0, 3, "read_uncommitted"), "all");
        var position = admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().get(place);
        check(new OffsetAndMetadata(8, "kept too"), position, "position");

        living.beginTransaction();
        living.send(new ProducerRecord<>(topic, 0, "k", bytes("of a zombie"))).get();
        try (var next = transactional()) {
            next.initTransactions();
            next.beginTransaction();
            next.send(new ProducerRecord<>(topic, 0, "k", bytes("last")));
            next.commitTransaction();
            refused(FENCED, living::commitTransaction);
            check(List.of("kept", "kept too", "last"), values(topic, 0, 3, "read_committed"), "after the zombie");
            admin.fenceProducers(List.of(name + "-id")).all().get();
            next.beginTransaction();
            refused(FENCED, () -> {
                next.send(new ProducerRecord<>(topic, 0, "k", bytes("fenced"))).get();
                next.commitTransaction();
            });
        }

        living.close(Duration.ZERO);
    }

    /** Two members, the second one coming and going while records flow; every record is given to one of them, once. */
    private static void group(String kind, Class<?> assignor) throws Exception {
        final int partitions = 4;
        String topic = create(kind, partitions);
        var seen = new ConcurrentHashMap<String, AtomicInteger>();
        var sent = ConcurrentHashMap.<String>newKeySet();
        var over = new AtomicBoolean();
        var flow = CompletableFuture.runAsync(() -> {
            try (var producer = producer(Map.of("linger.ms", 5))) {
                for (int i = 0; !over.get(); i++) {
                    producer.send(new ProducerRecord<>(topic, i % partitions, "k", bytes("" + i)), (at, failed) -> {
                        if (failed == null) sent.add(at.partition() + "/" + at.offset());
                    });
                    if (i % 20 == 0) {
                        producer.flush();
                        LockSupport.parkNanos(5_000_000);
                    }
                }
            }
        });
        var first = new Member(topic, kind, assignor, seen);
        eventually(() -> first.owned.size() == partitions && seen.size() > 200, "the first member has all");
        var second = new Member(topic, kind, assignor, seen);
        int half = partitions / 2;
        eventually(() -> first.owned.size() == half && second.owned.size() == half, "both have half");
        int due = assignor == RangeAssignor.class ? partitions : half;
        check(due, first.revoked.get(), "partitions taken from the first");
        int before = second.count.get();
        eventually(() -> second.count.get() > before + 200, "the second reads");
        second.stop();
        eventually(() -> first.owned.size() == partitions, "the first has all again");
        int after = first.count.get();
        eventually(() -> first.count.get() > after + 200, "the first reads on");
        over.set(true);
        flow.get();
        eventually(() -> seen.size() >= sent.size(), "all is read");
        first.stop();
        check(sent, seen.keySet(), "what was read");
        check(0L, seen.values().stream().filter(times -> times.get() != 1).count(), "records read twice");
        long committed = admin.listConsumerGroupOffsets(name + "-" + kind).partitionsToOffsetAndMetadata().get()
            .values().stream().mapToLong(OffsetAndMetadata::offset).sum();
        check((long) sent.size(), committed, "positions");
        var described = admin.describeConsumerGroups(List.of(name + "-" + kind)).all().get().get(name + "-" + kind);
        check("Empty", described.groupState().toString(), "state of the group");
        admin.deleteConsumerGroups(List.of(name + "-" + kind)).all().get();
    }

    private static void administration() throws Exception {
        String topic = create("admin", 1);
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        admin.incrementalAlterConfigs(Map.of(resource, List.of(
            new AlterConfigOp(new ConfigEntry("retention.ms", "7000"), AlterConfigOp.OpType.SET),
            new AlterConfigOp(new ConfigEntry("cleanup.policy", "compact"), AlterConfigOp.OpType.APPEND)))).all().get();
        var configs = admin.describeConfigs(List.of(resource)).all().get().get(resource);
        check("7000", configs.get("retention.ms").value(), "retention");
        check("delete,compact", configs.get("cleanup.policy").value(), "policies");
        check(true, configs.get("segment.bytes").isDefault(), "the rest is default");
        admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(3))).all().get();
        eventually(() -> described(topic).partitions().size() == 3, "three partitions");
        refused(List.of(TopicExistsException.class), () -> create("admin", 1));
        var place = new TopicPartition(topic, 2);
        long start = System.currentTimeMillis();
        try (var producer = producer(Map.of())) {
            for (int i = 0; i < 10; i++) producer.send(new ProducerRecord<>(topic, 2, start + i, "k", bytes("" + i)));
        }

        admin.deleteRecords(Map.of(place, RecordsToDelete.beforeOffset(4))).all().get();
        check(4L, offset(place, OffsetSpec.earliest()), "earliest");
        check(10L, offset(place, OffsetSpec.latest()), "latest");
        check(9L, offset(place, OffsetSpec.maxTimestamp()), "offset of the latest time");
        check(6L, offset(place, OffsetSpec.forTimestamp(start + 6)), "offset of a time");
        String group = name + "-altered";
        admin.alterConsumerGroupOffsets(group, Map.of(place, new OffsetAndMetadata(7))).all().get();
        try (var consumer = consumer("altered", Map.of())) {
            consumer.assign(List.of(place));
            check(7L, take(consumer, 1).get(0).offset(), "read from the altered position");
        }

        admin.deleteConsumerGroupOffsets(group, Set.of(place)).all().get();
        check(Map.of(), get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata()), "positions");
        check(1, admin.describeCluster().nodes().get().size(), "nodes");
        var id = described(topic).topicId();
        var byId = admin.describeTopics(TopicCollection.ofTopicIds(List.of(id))).allTopicIds().get();
        check(topic, byId.get(id).name(), "topic by id");
        admin.deleteTopics(List.of(topic)).all().get();
        eventually(() -> !get(admin.listTopics().names()).contains(topic), "the topic is gone");
    }

    /** Reads and commits what it was given before it asks for more, or gives a partition away. */
    private static final class Member {
        final Set<TopicPartition> owned = ConcurrentHashMap.newKeySet();
        final AtomicInteger revoked = new AtomicInteger();
        final AtomicInteger count = new AtomicInteger();
        private final AtomicBoolean over = new AtomicBoolean();
        private final CompletableFuture<Void> running;

        Member(String topic, String group, Class<?> assignor, ConcurrentMap<String, AtomicInteger> seen) {
            running = CompletableFuture.runAsync(() -> {
                Map<String, Object> settings =
                    Map.of("partition.assignment.strategy", assignor.getName(), "heartbeat.interval.ms", 200);
                try (var consumer = consumer(group, settings)) {
                    consumer.subscribe(List.of(topic), new ConsumerRebalanceListener() {
                        @Override public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                            owned.addAll(partitions);
                        }

                        @Override public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                            consumer.commitSync();
                            owned.removeAll(partitions);
                            if (!over.get()) revoked.addAndGet(partitions.size());
                        }

                        @Override public void onPartitionsLost(Collection<TopicPartition> partitions) {
                            throw new IllegalStateException("lost " + partitions);
                        }
                    });
                    while (!over.get()) {
                        var records = consumer.poll(POLL);
                        if (records.isEmpty()) continue;
                        for (var record : records) {
                            String at = record.partition() + "/" + record.offset();
                            seen.computeIfAbsent(at, unseen -> new AtomicInteger()).incrementAndGet();
                            count.incrementAndGet();
                        }

                        commit(consumer);
                    }
                }
            });
        }

        void stop() throws Exception {
            over.set(true);
            running.get();
        }

        // refused while the group rebalances: then it is done when a partition goes, or with the next records
        private static void commit(Consumer<String, byte[]> consumer) {
            try {
                consumer.commitSync();
            } catch (RebalanceInProgressException rejoining) {
                // the next poll rejoins
            }
        }
    }

    private interface Action {
        void run() throws Exception;
    }

    private static Map<String, Object> settings() {
        return new HashMap<>(Map.of("bootstrap.servers", server));
    }

    private static Producer<String, byte[]> producer(Map<String, Object> more) {
        var settings = settings();
        settings.putAll(more);
        return new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    }

    private static Producer<String, byte[]> transactional() {
        return producer(Map.of("transactional.id", name + "-id", "transaction.timeout.ms", 30_000));
    }

    private static Consumer<String, byte[]> consumer(String group, Map<String, Object> more) {
        var settings = settings();
        settings.putAll(Map.of(
            "group.id", name + "-" + group, "group.protocol", "classic", "enable.auto.commit", false,
            "auto.offset.reset", "earliest", "isolation.level", "read_committed"));
        settings.putAll(more);
        return new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
    }

    private static String create(String purpose, int partitions) throws Exception {
        String topic = name + "-" + purpose;
        admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all().get();
        return topic;
    }

    private static TopicDescription described(String topic) {
        return get(admin.describeTopics(List.of(topic)).allTopicNames()).get(topic);
    }

    private static List<ConsumerRecord<String, byte[]>> take(Consumer<String, byte[]> consumer, int count)
            throws Exception {
        var taken = new ArrayList<ConsumerRecord<String, byte[]>>();
        eventually(() -> {
            consumer.poll(POLL).forEach(taken::add);
            return taken.size() >= count;
        }, count + " records");
        return taken;
    }

    private static List<String> values(String topic, int partition, int count, String isolation) throws Exception {
        try (var consumer = consumer("values", Map.of("isolation.level", isolation))) {
            var place = new TopicPartition(topic, partition);
            consumer.assign(List.of(place));
            consumer.seekToBeginning(List.of(place));
            return take(consumer, count).stream().map(r -> text(r.value())).collect(Collectors.toList());
        }
    }

    private static long offset(TopicPartition place, OffsetSpec what) throws Exception {
        return admin.listOffsets(Map.of(place, what)).partitionResult(place).get().offset();
    }

    private static <T> T get(org.apache.kafka.common.KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static void eventually(BooleanSupplier condition, String what) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) throw new AssertionError("not in time: " + what);
            LockSupport.parkNanos(20_000_000);
        }
    }

    private static void check(Object expected, Object actual, String what) {
        if (Objects.equals(expected, actual)) return;
        throw new AssertionError(what + " was " + actual + ", expected " + expected);
    }

    private static void refused(List<Class<?>> with, Action action) {
        try {
            action.run();
        } catch (Exception failed) {
            for (Throwable why = failed; why != null; why = why.getCause()) {
                for (var kind : with) if (kind.isInstance(why)) return;
            }

            throw new AssertionError("refused otherwise than with " + with, failed);
        }

        throw new AssertionError("not refused with " + with);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
