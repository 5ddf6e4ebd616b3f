using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.Tests.KafkaProtocol;

/// <summary>Fills every field of a version with random values.</summary>
internal sealed class RandomFiller(Random random, short version, bool isFlexible) : ProtocolCodec(version, isFlexible)
{
    protected override bool IsFilling => true;

    protected override void OnBool(ref bool value, string name) => value = random.Next(2) == 1;

    protected override void OnInt8(ref sbyte value, string name) => value = (sbyte)random.Next();

    protected override void OnInt16(ref short value, string name) => value = (short)random.Next();

    protected override void OnInt32(ref int value, string name) => value = (int)random.NextInt64();

    protected override void OnInt64(ref long value, string name) =>
        value = random.NextInt64(long.MinValue, long.MaxValue);

    protected override void OnUuid(ref Guid value, string name) => value = new Guid(Some(16));

    protected override void OnString(ref string? value, bool nullable, string name) =>
        value = nullable && random.Next(3) == 0
            ? null : new string('é', random.Next(3)) + new string('x', random.Next(200));

    protected override void OnBytes(ref ReadOnlyMemory<byte> value, string name) => value = Some(random.Next(300));

    protected override void OnRecords(ref ReadOnlyMemory<byte> value, string name) =>
        value = Some(random.Next(4) == 0 ? random.Next(4000, 9000) : random.Next(100));

    protected override int OnArray(int count, bool nullable, string elementType, string name) =>
        nullable && random.Next(4) == 0 ? -1 : random.Next(4);

    protected override void OnTags(ITaggedFields? value)
    {
        for (var tag = 0; tag < value?.TagCount; tag++)
        {
            if (random.Next(2) == 0)
                value.VisitTag(this, tag);
        }
    }

    private byte[] Some(int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
