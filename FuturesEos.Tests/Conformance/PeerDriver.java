import java.io.*;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.*;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.*;
import org.apache.kafka.streams.*;
import org.apache.kafka.streams.test.TestRecord;

/**
 * Feeds the peer's topology record by record, without a broker: a line in (topic, timestamp, key, value; base64, "-" for null), a line out
 * ("D" and the decision, "L" and the reason, or "X" for nothing).
 */
public final class PeerDriver {
    public static void main(String[] args) throws Exception {
        Properties p = new Properties();
        p.put("application.id", "peer-driver");
        p.put("bootstrap.servers", "none:1");
        p.put("state.dir", args[0]);
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        var out = new PrintStream(new BufferedOutputStream(System.out, 1 << 16), false, StandardCharsets.UTF_8);
        try (var driver = new TopologyTestDriver(SignalProcessorPeer.topology("peer"), p)) {
            Map<String, TestInputTopic<byte[], byte[]>> topics = new HashMap<>();
            for (String tf : SignalProcessorPeer.TIMEFRAMES)
                topics.put("trading.signal." + tf, driver.createInputTopic("trading.signal." + tf, new ByteArraySerializer(), new ByteArraySerializer()));
            var decisions = driver.createOutputTopic("peer.decisions", new StringDeserializer(), new StringDeserializer());
            var dead = driver.createOutputTopic("peer.signal.dead-letter", new ByteArrayDeserializer(), new ByteArrayDeserializer());
            for (String line; (line = in.readLine()) != null; ) {
                String[] f = line.split(" ", -1);
                topics.get(f[0]).pipeInput(new TestRecord<>(bytes(f[2]), bytes(f[3]), new RecordHeaders(), Instant.ofEpochMilli(Long.parseLong(f[1]))));
                if (!decisions.isEmpty()) {
                    var r = decisions.readRecord();
                    out.println("D " + r.key() + " " + r.timestamp() + " " + text(r.headers().lastHeader("signal_id").value()) + " " + r.value());
                } else if (!dead.isEmpty()) {
                    var r = dead.readRecord();
                    out.println("L " + text(r.headers().lastHeader("dlq.reason").value()) + " " + text(r.headers().lastHeader("dlq.detail").value()));
                } else {
                    out.println("X");
                }
                if (!decisions.isEmpty() || !dead.isEmpty()) throw new IllegalStateException("more than one output");
            }
            out.flush();
        }
    }

    static byte[] bytes(String base64) { return base64.equals("-") ? null : Base64.getDecoder().decode(base64); }
    static String text(byte[] utf8) { return new String(utf8, StandardCharsets.UTF_8); }
}
