using Confluent.Kafka;
using FuturesEos.Streams.Tasks;

namespace FuturesEos.Streams;

/// <summary>What a processor works with: its state, and the way out.</summary>
public sealed class TaskContext
{
    private readonly Action<string, Message<byte[]?, byte[]?>> _send;

    internal TaskContext(TaskId id, IStateStore state, Action<string, Message<byte[]?, byte[]?>> send)
    {
        Id = id;
        State = state;
        _send = send;
    }

    /// <summary>The task, named by its partition.</summary>
    public TaskId Id { get; }

    /// <summary>State of this task alone.</summary>
    public IStateStore State { get; }

    /// <summary>
    /// Sends a record in the open transaction; keyed records go where the Java client's murmur2 puts them.
    /// </summary>
    public void Emit(string topic, byte[]? key, byte[]? value, long timestampMs, Headers? headers) =>
        _send(topic, new Message<byte[]?, byte[]?>
        {
            Key = key,
            Value = value,
            Timestamp = new Timestamp(timestampMs, TimestampType.CreateTime),
            Headers = headers,
        });
}
