using System.Buffers.Binary;
using System.Text;

namespace FuturesEos.Tests.Telemetry;

/// <summary>
/// A protobuf message as its fields by number: enough to read what OTLP sends, without its generated classes.
/// </summary>
/// <remarks>
/// <code>
/// 0a 03 61 62 63   field 1, length 3: "abc"        10 96 01   field 2, varint: 150
/// </code>
/// </remarks>
internal sealed class ProtobufMessage
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int LengthDelimited = 2;
    private const int Fixed32 = 5;

    private readonly List<(int Field, ulong Number, ReadOnlyMemory<byte> Bytes)> _fields = [];

    public ProtobufMessage(ReadOnlyMemory<byte> bytes)
    {
        for (var at = 0; at < bytes.Length;)
        {
            var tag = ReadVarint(bytes.Span, ref at);
            var field = (int)(tag >> 3);
            switch ((int)tag & 7)
            {
                case Varint:
                    _fields.Add((field, ReadVarint(bytes.Span, ref at), default));
                    break;
                case Fixed64:
                    _fields.Add((field, BinaryPrimitives.ReadUInt64LittleEndian(bytes.Span[at..]), default));
                    at += 8;
                    break;
                case LengthDelimited:
                    var length = (int)ReadVarint(bytes.Span, ref at);
                    _fields.Add((field, 0, bytes.Slice(at, length)));
                    at += length;
                    break;
                case Fixed32:
                    _fields.Add((field, BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span[at..]), default));
                    at += 4;
                    break;
                default:
                    throw new FormatException($"wire type {tag & 7} at byte {at}");
            }
        }
    }

    public IEnumerable<ProtobufMessage> Messages(int field) =>
        _fields.Where(f => f.Field == field).Select(f => new ProtobufMessage(f.Bytes));

    public ProtobufMessage? Message(int field) => Messages(field).LastOrDefault();

    public ulong Number(int field) => _fields.LastOrDefault(f => f.Field == field).Number;

    public string Text(int field) => Encoding.UTF8.GetString(_fields.LastOrDefault(f => f.Field == field).Bytes.Span);

    public string Hex(int field) => Convert.ToHexStringLower(_fields.LastOrDefault(f => f.Field == field).Bytes.Span);

    public bool Has(int field) => _fields.Exists(f => f.Field == field);

    private static ulong ReadVarint(ReadOnlySpan<byte> bytes, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            if (shift > 63) throw new FormatException($"a varint of more than ten bytes at {at}");
            var next = bytes[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }
    }
}
