using Confluent.Kafka;
using Streamiz.Kafka.Net.SerDes;

namespace FuturesEos.SignalProcessor.Streamiz;

/// <summary>What comes of a signal: a decision or a dead letter, as bytes.</summary>
internal sealed record StreamizOutput(string Topic, byte[]? Value, long TimestampMs)
{
    internal sealed class SerDes : AbstractSerDes<StreamizOutput>
    {
        public override StreamizOutput Deserialize(byte[] data, SerializationContext context) =>
            throw new NotSupportedException("outputs are not read here");

        public override byte[] Serialize(StreamizOutput data, SerializationContext context) => data.Value!;
    }
}
