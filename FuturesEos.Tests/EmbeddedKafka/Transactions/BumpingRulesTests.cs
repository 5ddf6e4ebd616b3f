using FuturesEos.EmbeddedKafka;
using FuturesEos.EmbeddedKafka.Transactions;
using FuturesEos.KafkaProtocol;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Transactions;

/// <summary>The end of a transaction by protocol 2, in every state, as a table.</summary>
public sealed class BumpingRulesTests
{
    private const long Id = 7;
    private const long Fresh = 99;
    private const short Epoch = 4;
    private const short LastEpoch = short.MaxValue - 1;
    private const long Now = 1_000_000;
    private static readonly TopicPartition Known = new("t", 0);

    /// <summary>Columns: commit and abort with the epoch that is, commit and abort with the one before it.</summary>
    public static TheoryData<string, string> Table => new()
    {
        { nameof(TransactionStatus.Empty),          "INVALID        →PrepareAbort FENCED     FENCED" },
        { nameof(TransactionStatus.Ongoing),        "→PrepareCommit →PrepareAbort FENCED     FENCED" },
        { nameof(TransactionStatus.PrepareCommit),  "CONCURRENT     CONCURRENT    CONCURRENT CONCURRENT" },
        { nameof(TransactionStatus.PrepareAbort),   "CONCURRENT     CONCURRENT    CONCURRENT CONCURRENT" },
        { nameof(TransactionStatus.CompleteCommit), "INVALID        →PrepareAbort NONE       INVALID" },
        { nameof(TransactionStatus.CompleteAbort),  "INVALID        →PrepareAbort INVALID    NONE" },
        { nameof(TransactionStatus.Dead),           "MAPPING        MAPPING       FENCED     FENCED" },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void each_end_in_each_state_does_what_the_table_says(string status, string row)
    {
        var current = In(Enum.Parse<TransactionStatus>(status));
        var cells = new[] { Epoch, (short)(Epoch - 1) }
            .SelectMany(epoch => new[] { true, false }.Select(isCommit => Shown(End(current, Id, epoch, isCommit))));
        Assert.Equal(row.Split(' ', StringSplitOptions.RemoveEmptyEntries), cells);
    }

    [Theory]
    [InlineData(nameof(TransactionStatus.Empty))]
    [InlineData(nameof(TransactionStatus.Ongoing))]
    [InlineData(nameof(TransactionStatus.CompleteCommit))]
    [InlineData(nameof(TransactionStatus.CompleteAbort))]
    public void a_foreign_id_a_newer_and_a_much_older_epoch_are_refused(string status)
    {
        var current = In(Enum.Parse<TransactionStatus>(status));
        Assert.Equal(KafkaError.InvalidProducerIdMapping, End(current, Id + 1, Epoch, true).Error);
        Assert.Equal(KafkaError.ProducerFenced, End(current, Id, Epoch + 1, true).Error);
        Assert.Equal(KafkaError.ProducerFenced, End(current, Id, Epoch - 2, true).Error);
        Assert.Equal(KafkaError.ConcurrentTransactions, TransactionRules.EndAndBump(current, true, Id + 1, 0, true, () => Fresh, Now).Error);
    }

    [Fact]
    public void an_end_bumps_the_epoch_with_the_decision()
    {
        var prepared = End(In(TransactionStatus.Ongoing), Id, Epoch, true).Next!;
        Assert.Equal(((short)(Epoch + 1), Epoch, TransactionProtocol.Second), (prepared.Epoch, prepared.LastEpoch, prepared.Protocol));
        Assert.Equal([Known], prepared.Partitions);
        var end = TransactionRules.Complete(prepared, Now);
        Assert.Equal((Id, (short)(Epoch + 1)), (end.ProducerId, end.Epoch));
        Assert.Empty(end.Partitions);
    }

    [Fact]
    public void the_abort_of_nothing_has_no_partition_and_begins_now()
    {
        var prepared = End(In(TransactionStatus.Empty), Id, Epoch, false).Next!;
        Assert.Empty(prepared.Partitions);
        Assert.Equal(Now, prepared.StartedAt);
    }

    [Fact]
    public void the_last_epoch_ends_with_a_new_id_and_its_repeat_is_known()
    {
        var prepared = End(In(TransactionStatus.Ongoing) with { Epoch = LastEpoch }, Id, LastEpoch, true).Next!;
        Assert.Equal((Id, short.MaxValue, Fresh), (prepared.ProducerId, prepared.Epoch, prepared.NextProducerId));
        var end = TransactionRules.Complete(prepared, Now);
        Assert.Equal((Fresh, (short)0, Id, -1L), (end.ProducerId, end.Epoch, end.PreviousProducerId, end.NextProducerId));
        Assert.Equal("NONE", Shown(End(end, Id, LastEpoch, true)));
        Assert.Equal("INVALID", Shown(End(end, Id, LastEpoch, false)));
        Assert.Equal(KafkaError.InvalidProducerIdMapping, End(end, Id, LastEpoch - 1, true).Error);
    }

    [Fact]
    public void a_fence_bumps_once_and_never_beyond_the_highest_epoch()
    {
        var fenced = TransactionRules.Fence(In(TransactionStatus.Ongoing), () => Fresh, Now).Next!;
        Assert.Equal((TransactionStatus.PrepareAbort, (short)(Epoch + 1), Epoch), (fenced.Status, fenced.Epoch, fenced.LastEpoch));
        fenced = TransactionRules.Fence(In(TransactionStatus.Ongoing) with { Epoch = short.MaxValue }, () => Fresh, Now).Next!;
        Assert.Equal((short.MaxValue, Fresh), (fenced.Epoch, fenced.NextProducerId));
        var end = TransactionRules.Complete(fenced, Now);
        Assert.Equal((Fresh, (short)0), (end.ProducerId, end.Epoch));
    }

    private static TransactionMetadata In(TransactionStatus status) => new("id", Id)
    {
        Epoch = Epoch, Status = status, Partitions = status is TransactionStatus.Ongoing ? [Known] : [], TimeoutMs = 500,
    };

    private static TransactionDecision End(TransactionMetadata current, long id, short epoch, bool isCommit) =>
        TransactionRules.EndAndBump(current, false, id, epoch, isCommit, () => Fresh, Now);

    private static string Shown(TransactionDecision decision) => decision.Next is { } next ? $"→{next.Status}" : decision.Error switch
    {
        KafkaError.None => "NONE",
        KafkaError.ConcurrentTransactions => "CONCURRENT",
        KafkaError.InvalidTxnState => "INVALID",
        KafkaError.InvalidProducerIdMapping => "MAPPING",
        KafkaError.ProducerFenced => "FENCED",
        _ => decision.Error.ToString(),
    };
}
