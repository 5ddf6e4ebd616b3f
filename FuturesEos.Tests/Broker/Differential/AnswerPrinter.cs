using System.Globalization;
using System.Text;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Primitives;
using FuturesEos.KafkaProtocol.Records;

namespace FuturesEos.Tests.Broker.Differential;

/// <summary>
/// Writes an answer down as paths and values. What differs between any two brokers (ids, addresses, clocks) is replaced by what
/// it stands for; elements of arrays are found by their keys, since a broker answers for several resources in an order of its own.
/// </summary>
internal sealed class AnswerPrinter(short version, bool isFlexible, Func<string, object, string?> standIn)
    : ProtocolCodec(version, isFlexible)
{
    private static readonly string[] Keys =
    [
        "Name", "Topic", "PartitionIndex", "Partition", "Index", "GroupId", "TransactionalId", "ResourceName", "Key", "ApiKey",
        "MemberId", "NodeId", "BrokerId", "ProducerId", "TopicName", "PartitionId", "TopicId",
    ];

    private readonly Stack<Frame> _frames = new([new Frame("", false)]);

    protected override bool IsFilling => false;

    public static List<(string Path, string Value)> Print(
        IProtocolStruct message, Api api, short version, Func<string, object, string?> standIn)
    {
        var printer = new AnswerPrinter(version, api.IsFlexible(version), standIn);
        printer.Struct(message);
        var fields = new List<(string, string)>();
        foreach (var element in printer._frames.Pop().Elements) Flatten("", element, fields);
        return fields;
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

    protected override void OnRecords(ref ReadOnlyMemory<byte> value, string name)
    {
        // the last batch may be cut short: clients pass over it
        var rest = value.Span;
        var count = 0;
        while (RecordBatch.TryTake(ref rest, out var batch)) Add($"{name}#{count++}", Describe(batch));
    }

    protected override int OnArray(int count, bool nullable, string elementType, string name)
    {
        Add(name, count < 0 ? "null" : "");
        _frames.Push(new Frame(name, true));
        return count;
    }

    protected override void OnArrayEnd() => End();

    protected override void OnStruct(string name)
    {
        Add(name, "");
        _frames.Push(new Frame(name, false));
    }

    protected override void OnStructEnd() => End();

    protected override void OnTags(ITaggedFields? value)
    {
        for (var tag = 0; tag < value?.TagCount; tag++)
        {
            if (value.HasTag(tag)) value.VisitTag(this, tag);
        }
    }

    private static void Flatten(string prefix, List<Field> element, List<(string, string)> into)
    {
        foreach (var field in element)
        {
            if (field.Children is not { } children)
            {
                into.Add((prefix + field.Name, field.Value));
                continue;
            }

            if (field.Value.Length > 0) into.Add((prefix + field.Name, field.Value));
            foreach (var (key, fields) in InOrder(field.Name, children))
                Flatten($"{prefix}{field.Name}[{key}].", fields, into);
        }
    }

    private static IEnumerable<(string Key, List<Field> Fields)> InOrder(string name, List<List<Field>> elements)
    {
        var isPlain = elements.All(fields => fields.Count == 1 && fields[0].Name == name);
        var sorted = isPlain ? elements.OrderBy(fields => fields[0].Value, StringComparer.Ordinal).ToList() : elements;
        return sorted.Select((fields, i) => (Key: (isPlain ? null : KeyOf(fields, name)) ?? $"#{i}", Fields: fields))
            .OrderBy(e => e.Key, StringComparer.Ordinal);
    }

    // one producer may have aborted several times
    private static string? KeyOf(List<Field> fields, string array) => array == "AbortedTransactions"
        ? string.Join('/', fields.Select(f => f.Value))
        : KeyOf(fields);

    private static string? KeyOf(List<Field> fields) =>
        Keys.Select(key => fields.Find(f => f.Name == key)).FirstOrDefault(f => f is not null)?.Value;

    private string Describe(RecordBatch batch)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{batch.BaseOffset}..{batch.LastOffset} ");
        text.Append(CultureInfo.InvariantCulture, $"producer {standIn("ProducerId", batch.ProducerId)}/{batch.ProducerEpoch} ");
        text.Append(CultureInfo.InvariantCulture, $"sequence {batch.BaseSequence} {batch.Compression} {batch.TimestampType} ");
        text.Append(CultureInfo.InvariantCulture, $"{(batch.IsTransactional ? "transactional " : "")}leader {batch.LeaderEpoch} ");
        if (batch.IsControl)
            return text.Append(ControlRecord.TryRead(batch, out var marker) ? $"{marker.Type}" : "unknown marker").ToString();
        using var records = new RecordReader(batch);
        while (records.TryRead(out var record))
        {
            var time = batch.TimestampType == TimestampType.LogAppendTime ? "now" : $"{record.Timestamp}";
            text.Append(CultureInfo.InvariantCulture, $"{record.Offset}@{time}={Convert.ToHexString(record.Value)} ");
        }

        return text.ToString();
    }

    private void Add(string name, object value)
    {
        var element = _frames.Peek().ElementFor(name);
        var text = standIn(name, value) ?? Convert.ToString(value, CultureInfo.InvariantCulture)!;
        element.Add(new Field(name, text, null));
    }

    private void End()
    {
        var frame = _frames.Pop();
        var holder = _frames.Peek().Elements[^1];
        holder[^1] = holder[^1] with { Children = frame.Elements };
    }

    private sealed record Field(string Name, string Value, List<List<Field>>? Children);

    /// <summary>An array or structure under way; in an array the first field's name returns with every element.</summary>
    private sealed class Frame(string name, bool isArray)
    {
        private string? _first;

        public string Name => name;

        public List<List<Field>> Elements { get; } = [];

        public List<Field> ElementFor(string field)
        {
            if (_first is null || (isArray && field == _first))
            {
                _first ??= field;
                Elements.Add([]);
            }

            return Elements[^1];
        }
    }
}
