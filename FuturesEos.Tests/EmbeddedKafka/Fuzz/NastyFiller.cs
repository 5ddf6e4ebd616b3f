using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.Tests.EmbeddedKafka.Fuzz;

/// <summary>
/// Fills a request with values that mean something to a broker (its topics, groups and ids, and what it has answered so far)
/// and with those at the edges of their types, so that it is read and reaches the handlers.
/// </summary>
internal sealed class NastyFiller(Random random, ValuesSeen seen, short version, bool isFlexible)
    : ProtocolCodec(version, isFlexible)
{
    private static readonly short[] Shorts = [-1, 0, 0, 1, 1, 2, 3, 100, short.MinValue, short.MaxValue];
    private static readonly int[] Ints = [-2, -1, 0, 0, 1, 1, 2, 3, 50, 1000, 65_536, int.MinValue, int.MaxValue];
    private static readonly long[] Longs =
        [-2, -1, 0, 1, 2, 5, 30, 1000, 1_700_000_000_000, long.MinValue, long.MaxValue, long.MaxValue - 1];

    private static readonly int[] Waits = [-1, 0, 1, 20, int.MinValue];
    private static readonly string[] Topics =
        ["fuzz", "fuzz", "compacted", "once", "__consumer_offsets", "__transaction_state", "", ".", "..", "a/b", new('x', 249)];

    private static readonly string[] Groups = ["g1", "g2", "g3", ""];
    private static readonly string[] Transactions = ["app1", "app2", "app3", ""];
    private static readonly string[] Words =
    [
        "range", "consumer", "PLAIN", "SCRAM-SHA-512", "cleanup.policy", "compact", "delete", "segment.bytes", "retention.ms",
        "max.message.bytes", "min.cleanable.dirty.ratio", "1048576", "-1", "0", "9223372036854775808", "Ongoing", "é",
        new('y', 300), "\0",
    ];

    protected override bool IsFilling => true;

    /// <summary>Never the id of the client that must not be disturbed, which comes first and has 0.</summary>
    public static long ProducerId(Random random) => random.Next(4) == 0 ? Pick(random, Longs[7..]) : random.Next(1, 40);

    protected override void OnBool(ref bool value, string name) => value = random.Next(2) == 1;

    protected override void OnInt8(ref sbyte value, string name) =>
        value = Pick<sbyte>(random, [-1, 0, 1, 2, 3, sbyte.MinValue, sbyte.MaxValue]);

    protected override void OnInt16(ref short value, string name) =>
        value = seen.TryRecall(name, random, out long known) ? (short)known : Pick(random, Shorts);

    protected override void OnInt32(ref int value, string name) => value =
        name.EndsWith("WaitMs", StringComparison.Ordinal) || name == "RebalanceTimeoutMs" ? Pick(random, Waits)
        : name == "SessionTimeoutMs" ? Pick(random, [200, 500, 1000, int.MaxValue])
        : seen.TryRecall(name, random, out long known) ? (int)known
        : Pick(random, Ints);

    protected override void OnInt64(ref long value, string name) => value =
        seen.TryRecall(name, random, out long known) ? known
        : name.EndsWith("ProducerId", StringComparison.Ordinal) ? ProducerId(random)
        : Pick(random, Longs);

    protected override void OnUuid(ref Guid value, string name)
    {
        if (!seen.TryRecall(name, random, out value))
            value = random.Next(3) == 0 ? Guid.Empty : Guid.CreateVersion7(DateTimeOffset.UnixEpoch);
    }

    protected override void OnString(ref string? value, bool nullable, string name)
    {
        if (nullable && random.Next(5) == 0)
            value = null;
        else if (!seen.TryRecall(name, random, out value))
            value = Pick(random, random.Next(8) == 0 ? Words : Meant(name));
    }

    protected override void OnBytes(ref ReadOnlyMemory<byte> value, string name)
    {
        var bytes = new byte[random.Next(40)];
        random.NextBytes(bytes);
        value = bytes;
    }

    protected override void OnRecords(ref ReadOnlyMemory<byte> value, string name) => value = NastyBatch.Of(random);

    protected override int OnArray(int count, bool nullable, string elementType, string name) =>
        nullable && random.Next(6) == 0 ? -1 : random.Next(60) == 0 ? random.Next(300) : random.Next(4);

    protected override void OnTags(ITaggedFields? value)
    {
        for (var tag = 0; tag < value?.TagCount; tag++)
        {
            if (random.Next(4) == 0)
                value.VisitTag(this, tag);
        }
    }

    private static string[] Meant(string name) =>
        name.Contains("Transactional", StringComparison.Ordinal) ? Transactions
        : name.Contains("Group", StringComparison.Ordinal) || name.StartsWith("Key", StringComparison.Ordinal) ? Groups
        : name is "Name" or "TopicName" or "ResourceName" || name.Contains("Topic", StringComparison.Ordinal) ? Topics
        : Words;

    private static T Pick<T>(Random random, ReadOnlySpan<T> from) => from[random.Next(from.Length)];
}
