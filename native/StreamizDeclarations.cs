// What FuturesEos.SignalProcessor/Streamiz calls of Streamiz.Kafka.Net 1.7.1, names and types alone, so that the folder
// is compiled on a feed without the package too (-p:EosTypeCheck=true). Never in what runs: no body does anything.
#nullable disable
#pragma warning disable CA1822, CS0067, IDE0060 // declarations use nothing of themselves
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Streamiz.Kafka.Net.Processors;
using Streamiz.Kafka.Net.Processors.Public;
using Streamiz.Kafka.Net.SerDes;
using Streamiz.Kafka.Net.State;
using Streamiz.Kafka.Net.Stream;

namespace Streamiz.Kafka.Net
{
    internal enum ProcessingGuarantee { EXACTLY_ONCE }

    internal interface IStreamConfig { }

    internal sealed class StreamConfig : IStreamConfig
    {
        public string ApplicationId { get; set; }
        public string BootstrapServers { get; set; }
        public ProcessingGuarantee Guarantee { get; set; }
        public string StateDir { get; set; }
        public int NumStreamThreads { get; set; }
        public AutoOffsetReset? AutoOffsetReset { get; set; }
        public long MaxTaskIdleMs { get; set; }
        public int? MaxPartitionFetchBytes { get; set; }
        public long PollMs { get; set; }
        public long MaxPollRestoringRecords { get; set; }
        public int? SessionTimeoutMs { get; set; }
        public int? HeartbeatIntervalMs { get; set; }
        public int? TransactionTimeoutMs { get; set; }
        public int ReplicationFactor { get; set; }
        public ILoggerFactory Logger { get; set; }
        public long CommitIntervalMs { get; set; }
    }

    internal sealed class KafkaStream(Topology topology, IStreamConfig configuration) : IDisposable
    {
        public delegate void StateListener(State oldState, State newState);

        public event StateListener StateChanged;

        public Task StartAsync(CancellationToken? token = null) =>
            throw new NotSupportedException($"{topology}{configuration}");
        public void Dispose() => throw new NotSupportedException();

        internal sealed class State
        {
            public override string ToString() => throw new NotSupportedException();
        }
    }

    internal sealed class StreamBuilder
    {
        public IKStream<K, V> Stream<K, V>(string topic, ISerDes<K> keySerdes, ISerDes<V> valueSerdes) =>
            throw new NotSupportedException();
        public Topology Build() => throw new NotSupportedException();
    }
}

namespace Streamiz.Kafka.Net.Stream
{
    internal sealed class Topology { }

    internal interface IKStream<K, V>
    {
        IKStream<K, V> Merge(IKStream<K, V> stream, string named = null);
        IKStream<K1, V1> Transform<K1, V1>(
            TransformerSupplier<K, V, K1, V1> transformerSupplier, string named = null, params string[] storeNames);
        void To(
            Func<K, V, IRecordContext, string> topicExtractor, ISerDes<K> keySerdes, ISerDes<V> valueSerdes,
            Func<K, V, IRecordContext, long> recordTimestampExtractor, string named = null);
    }
}

namespace Streamiz.Kafka.Net.Processors
{
    internal interface IRecordContext { }
}

namespace Streamiz.Kafka.Net.Processors.Public
{
    internal interface ITransformer<K, V, K1, V1>
    {
        void Init(ProcessorContext<K1, V1> context);
        Record<K1, V1> Process(Record<K, V> record);
        void Close();
    }

    internal sealed class ProcessorContext<K, V>
    {
        public long Timestamp => throw new NotSupportedException();
        public IStateStore GetStateStore(string storeName) => throw new NotSupportedException();
    }

    internal sealed class Record<K, V>
    {
        public TopicPartitionOffset TopicPartitionOffset => throw new NotSupportedException();
        public Headers Headers => throw new NotSupportedException();
        public K Key => throw new NotSupportedException();
        public V Value => throw new NotSupportedException();
        public static Record<K, V> Create(K key, V value, Headers headers) => throw new NotSupportedException();
    }

    internal static class TransformerBuilder
    {
        public static TransformerBuilder<K, V, K1, V1> New<K, V, K1, V1>() => throw new NotSupportedException();
    }

    internal sealed class TransformerBuilder<K, V, K1, V1>
    {
        public TransformerBuilder<K, V, K1, V1> Transformer<Tr>(params object[] parameters)
            where Tr : ITransformer<K, V, K1, V1> => throw new NotSupportedException();
        public TransformerBuilder<K, V, K1, V1> StateStore(IStoreBuilder storeBuilder) =>
            throw new NotSupportedException();
        public TransformerSupplier<K, V, K1, V1> Build() => throw new NotSupportedException();
    }

    internal sealed class TransformerSupplier<K, V, K1, V1> { }
}

namespace Streamiz.Kafka.Net.SerDes
{
    internal interface ISerDes<T> { }

    internal abstract class AbstractSerDes<T> : ISerDes<T>
    {
        public abstract byte[] Serialize(T data, SerializationContext context);
        public abstract T Deserialize(byte[] data, SerializationContext context);
    }

    internal sealed class ByteArraySerDes : ISerDes<byte[]> { }
}

namespace Streamiz.Kafka.Net.State
{
    internal interface IStateStore { }

    internal interface IStoreBuilder { }

    internal interface IStoreBuilder<T> : IStoreBuilder
    {
        IStoreBuilder<T> WithLoggingEnabled(IDictionary<string, string> config);
    }

    internal interface IKeyValueBytesStoreSupplier { }

    internal interface IKeyValueEnumerator<K, V> : IEnumerator<KeyValuePair<K, V>?> { }

    internal interface IKeyValueStore<K, V> : IStateStore
    {
        V Get(K key);
        void Put(K key, V value);
        V Delete(K key);
        IKeyValueEnumerator<K, V> Range(K from, K to);
    }

    internal static class Stores
    {
        public static IKeyValueBytesStoreSupplier PersistentKeyValueStore(string name) =>
            throw new NotSupportedException();
        public static IKeyValueBytesStoreSupplier InMemoryKeyValueStore(string name) =>
            throw new NotSupportedException();
        public static IStoreBuilder<IKeyValueStore<K, V>> KeyValueStoreBuilder<K, V>(
            IKeyValueBytesStoreSupplier supplier, ISerDes<K> keySerde, ISerDes<V> valueSerde) =>
            throw new NotSupportedException();
    }
}
