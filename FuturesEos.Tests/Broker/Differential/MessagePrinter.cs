using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.Tests.Broker.Differential;

/// <summary>Prints an answer field by field, without what differs between any two brokers: ids, addresses, clocks, prose.</summary>
internal sealed class MessagePrinter(short version, bool isFlexible) : ProtocolCodec(version, isFlexible)
{
    private static readonly string[] Hidden =
    [
        "ThrottleTimeMs", "ClusterId", "ControllerId", "Host", "Port", "NodeId", "LeaderId", "TopicId", "ErrorMessage", "MemberId", "Leader",
        "ProducerId", "Timestamp", "LastTimestamp", "LogAppendTimeMs", "Rack", "ReplicaNodes", "IsrNodes", "Brokers", "SessionId",
        "TransactionStartTimeMs", "ClientHost", "NumPartitions", "ReplicationFactor", "Configs", "LeaderEpoch", "CurrentLeader", "NodeEndpoints",
        "ProtocolType", "ClusterAuthorizedOperations", "TopicAuthorizedOperations", "AuthorizedOperations", "CommittedLeaderEpoch", "RecordErrors", "BatchIndex",
    ];

    private readonly List<string> _fields = [];
    private int _hidden;

    protected override bool IsFilling => false;

    public static string Print(IProtocolStruct message, Api api, short version)
    {
        var printer = new MessagePrinter(version, api.IsFlexible(version));
        printer.Struct(message);
        return string.Join(' ', printer._fields);
    }

    protected override void OnBool(ref bool value, string name) => Add(name, value);

    protected override void OnInt8(ref sbyte value, string name) => Add(name, value);

    protected override void OnInt16(ref short value, string name) =>
        Add(name, name.EndsWith("ErrorCode", StringComparison.Ordinal) ? (KafkaError)value : value);

    protected override void OnInt32(ref int value, string name) => Add(name, value);

    protected override void OnInt64(ref long value, string name) => Add(name, value);

    protected override void OnUuid(ref Guid value, string name) => Add(name, value);

    protected override void OnString(ref string? value, bool nullable, string name) => Add(name, value ?? "null");

    protected override void OnBytes(ref ReadOnlyMemory<byte> value, string name) => Add(name, Convert.ToHexString(value.Span));

    protected override void OnRecords(ref ReadOnlyMemory<byte> value, string name) => Add(name, value.Length > 0 ? "records" : "none");

    protected override int OnArray(int count, bool nullable, string elementType, string name)
    {
        Add(name, count);
        if (Hidden.Contains(name) || _hidden > 0)
            _hidden++;
        return count;
    }

    protected override void OnArrayEnd() => _hidden = Math.Max(0, _hidden - 1);

    protected override void OnTags(ITaggedFields? value)
    {
    }

    private void Add(string name, object value)
    {
        if (_hidden == 0 && !Hidden.Contains(name))
            _fields.Add($"{name}={value}");
    }
}
