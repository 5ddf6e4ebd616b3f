using FuturesEos.KafkaProtocol;

namespace FuturesEos.Tests.Broker.Differential;

/// <summary>
/// Something the embedded broker answers otherwise than Kafka on purpose. Each is named in docs/embedded-kafka.md with its
/// reason; what is not in this list is a failure.
/// </summary>
internal sealed record KnownDifference(string Name, ApiKey? Api, Func<Mismatch, bool> Covers)
{
    public static IReadOnlyList<KnownDifference> All { get; } =
    [
        new("explained refusals", null, m => m is { Field: "ErrorMessage", Kafka: "null", Embedded: "prose" }),
        new("one place for settings", null, m => m is { Field: "ConfigSource", Kafka: "3" or "4", Embedded: "5" }),
        new(
            "50 partitions of positions",
            ApiKey.DescribeTransactions,
            m => m.Field == "Partitions" && m.Path.Contains("[__consumer_offsets]", StringComparison.Ordinal)),
        new("exact lists of aborted transactions", ApiKey.Fetch, IsBeyondRecords),
        new(
            "assignments during a rebalance",
            ApiKey.DescribeGroups,
            m => m.Field == "MemberAssignment" && !m.Answer.Fields.Any(f => f.Path.EndsWith(".GroupState", StringComparison.Ordinal) && f.Value == "Stable")),
        new(
            "times after deleted records",
            ApiKey.ListOffsets,
            IsTimeOfDeleted),
        new("in one's own words", ApiKey.Produce, IsInOthersWords),
        new("in one's own words", ApiKey.TxnOffsetCommit, IsInOthersWords),
    ];

    // VerificationTests shows when: it has two words for the same, one of them for older versions
    private static bool IsInOthersWords(Mismatch mismatch) =>
        (mismatch.Embedded, mismatch.Kafka) is ("InvalidTxnState", "TransactionAbortable") or ("TransactionAbortable", "InvalidTxnState");

    // -3 asks for the largest time
    private static bool IsTimeOfDeleted(Mismatch mismatch) =>
        mismatch.Field is "Timestamp" or "Offset" or "LeaderEpoch"
        && ((mismatch.Kafka == "-1" && mismatch.Answer.Title.StartsWith("offset of 1", StringComparison.Ordinal))
            || (mismatch.Embedded == "-1" && mismatch.Answer.Title.StartsWith("offset of -3", StringComparison.Ordinal)));

    // Kafka's list may tell of transactions that begin after the last record it returns
    private static bool IsBeyondRecords(Mismatch mismatch)
    {
        const string List = ".AbortedTransactions";
        var at = mismatch.Path.IndexOf(List, StringComparison.Ordinal);
        if (at < 0) return false;
        var partition = mismatch.Path[..at];
        var last = mismatch.Answer.Fields.LastOrDefault(f => f.Path.StartsWith($"{partition}.Records#", StringComparison.Ordinal)).Value;
        if (last is null) return mismatch.Embedded is Answer.Nothing or "null";
        var first = mismatch.Path[(mismatch.Path.IndexOf('/', at) + 1)..mismatch.Path.LastIndexOf(']')];
        return mismatch.Embedded == Answer.Nothing && Number(first) > Number(last[(last.IndexOf("..", StringComparison.Ordinal) + 2)..].Split(' ')[0]);
    }

    private static long Number(string text) => long.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    public static KnownDifference? Of(Mismatch mismatch) =>
        All.FirstOrDefault(known => (known.Api ?? mismatch.Answer.Api) == mismatch.Answer.Api && known.Covers(mismatch));
}
