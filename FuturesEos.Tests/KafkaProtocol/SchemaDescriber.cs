using System.Globalization;
using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.Tests.KafkaProtocol;

/// <summary>Walks a message and writes down what it says of itself in one version.</summary>
internal sealed class SchemaDescriber(short version, bool isFlexible) : ProtocolCodec(version, isFlexible)
{
    private readonly Stack<string> _path = [];
    private string _tag = "";

    public List<string> Lines { get; } = [];

    protected override bool IsFilling => true;

    protected override void OnBool(ref bool value, string name) => Add(name, "bool", value ? "true" : "false");

    protected override void OnInt8(ref sbyte value, string name) => Add(name, "int8", Text(value));

    protected override void OnInt16(ref short value, string name) => Add(name, "int16", Text(value));

    protected override void OnInt32(ref int value, string name)
    {
        if (_path.TryPeek(out var array) && array == name)
            return; // an element of int32s
        Add(name, "int32", Text(value));
    }

    protected override void OnInt64(ref long value, string name)
    {
        if (!_path.TryPeek(out var array) || array != name)
            Add(name, "int64", Text(value));
    }

    protected override void OnUuid(ref Guid value, string name) => Add(name, "uuid", "");

    protected override void OnString(ref string? value, bool nullable, string name)
    {
        if (!_path.TryPeek(out var array) || array != name)
            Add(name, nullable ? "string?" : "string", "");
    }

    protected override void OnBytes(ref ReadOnlyMemory<byte> value, string name) => Add(name, "bytes", "");

    protected override void OnRecords(ref ReadOnlyMemory<byte> value, string name) => Add(name, "records", "");

    protected override int OnArray(int count, bool nullable, string elementType, string name)
    {
        Add(name, $"[]{elementType}{(nullable ? "?" : "")}", "");
        _path.Push(name);
        return 1;
    }

    protected override void OnArrayEnd() => _path.Pop();

    protected override void OnStruct(string name)
    {
        Add(name, "struct", "");
        _path.Push(name);
    }

    protected override void OnStructEnd() => _path.Pop();

    protected override void OnTags(ITaggedFields? value)
    {
        for (var tag = 0; tag < value?.TagCount; tag++)
        {
            _tag = $" tag {tag}";
            value.VisitTag(this, tag);
            _tag = "";
        }
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private void Add(string name, string type, string value)
    {
        Lines.Add(
            $"{string.Join('/', _path.Reverse().Append(name))} {type}{(value == "" ? "" : " = " + value)}{_tag}".ToLowerInvariant());
        _tag = "";
    }
}
