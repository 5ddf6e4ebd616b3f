using FuturesEos.EmbeddedKafka;
using FuturesEos.EmbeddedKafka.Transactions;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Records;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Transactions;

/// <summary>Every request in every state, as a table.</summary>
public sealed class TransactionRulesTests
{
    private const long Id = 7;
    private const short Epoch = 4;
    private const long Now = 1_000_000;
    private static readonly TopicPartition Known = new("t", 0);
    private static readonly TopicPartition New = new("t", 1);

    /// <summary>Columns: Init, Add of a new partition, Add of a known one, commit, abort. "→X" stores X; a code is answered.</summary>
    public static TheoryData<string, string> Table => new()
    {
        { nameof(TransactionStatus.Empty),          "→Empty        →Ongoing  →Ongoing  INVALID     INVALID" },
        { nameof(TransactionStatus.Ongoing),        "→PrepareAbort →Ongoing  NONE      →PrepareCommit →PrepareAbort" },
        { nameof(TransactionStatus.PrepareCommit),  "CONCURRENT    CONCURRENT CONCURRENT CONCURRENT INVALID" },
        { nameof(TransactionStatus.PrepareAbort),   "CONCURRENT    CONCURRENT CONCURRENT INVALID    CONCURRENT" },
        { nameof(TransactionStatus.CompleteCommit), "→Empty        →Ongoing  →Ongoing  NONE        INVALID" },
        { nameof(TransactionStatus.CompleteAbort),  "→Empty        →Ongoing  →Ongoing  INVALID     NONE" },
        { nameof(TransactionStatus.Dead),           "CONCURRENT    MAPPING   MAPPING   MAPPING     MAPPING" },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void each_request_in_each_state_does_what_the_table_says(string status, string row)
    {
        var cells = row.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var current = In(Enum.Parse<TransactionStatus>(status));
        Assert.Equal(cells[0], Shown(Init(current)));
        Assert.Equal(cells[1], Shown(Add(current, New)));
        Assert.Equal(cells[2], Shown(Add(current, Known)));
        Assert.Equal(cells[3], Shown(End(current, isCommit: true)));
        Assert.Equal(cells[4], Shown(End(current, isCommit: false)));
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void while_a_change_is_being_stored_everybody_is_told_to_come_again(string status, string row)
    {
        Assert.NotEmpty(row);
        var current = In(Enum.Parse<TransactionStatus>(status));
        Assert.Equal("CONCURRENT", Shown(TransactionRules.Init(current, true, 1000, -1, -1, () => 99, Now)));
        Assert.Equal("CONCURRENT", Shown(TransactionRules.Add(current, true, Id, Epoch, [New], TransactionProtocol.First, Now)));
        Assert.Equal("CONCURRENT", Shown(TransactionRules.End(current, true, Id, Epoch, true, false, Now)));
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void a_foreign_id_and_another_epoch_are_refused_in_every_state(string status, string row)
    {
        Assert.NotEmpty(row);
        var current = In(Enum.Parse<TransactionStatus>(status));
        var isPreparing = current.IsPreparing; // the next transaction's epoch may be another: it is told to come again
        foreach (var epoch in (short[])[Epoch - 1, Epoch + 1])
        {
            Assert.Equal(isPreparing ? KafkaError.ConcurrentTransactions : KafkaError.ProducerFenced, TransactionRules.Add(current, false, Id, epoch, [New], TransactionProtocol.First, Now).Error);
            Assert.Equal(KafkaError.ProducerFenced, TransactionRules.End(current, false, Id, epoch, true, false, Now).Error);
        }

        Assert.Equal(isPreparing ? KafkaError.ConcurrentTransactions : KafkaError.InvalidProducerIdMapping, TransactionRules.Add(current, false, Id + 1, Epoch, [New], TransactionProtocol.First, Now).Error);
        Assert.Equal(KafkaError.InvalidProducerIdMapping, TransactionRules.End(current, false, Id + 1, Epoch, true, false, Now).Error);
    }

    [Fact]
    public void pending_is_asked_before_identity_when_partitions_are_added() =>
        Assert.Equal(KafkaError.ConcurrentTransactions, TransactionRules.Add(In(TransactionStatus.Ongoing), true, 99, 0, [New], TransactionProtocol.First, Now).Error);

    [Fact]
    public void identity_is_asked_before_pending_when_a_transaction_ends() =>
        Assert.Equal(KafkaError.ProducerFenced, TransactionRules.End(In(TransactionStatus.Ongoing), true, Id, 0, true, false, Now).Error);

    [Fact]
    public void the_abort_of_an_empty_transaction_is_accepted_only_where_asked_for() =>
        Assert.Equal("NONE", Shown(TransactionRules.End(In(TransactionStatus.Empty), false, Id, Epoch, false, true, Now)));

    [Fact]
    public void an_init_bumps_the_epoch_and_forgets_the_transaction()
    {
        var next = Init(In(TransactionStatus.CompleteCommit)).Next!;
        Assert.Equal((Id, (short)(Epoch + 1), TransactionMetadata.NoEpoch, 1000), (next.ProducerId, next.Epoch, next.LastEpoch, next.TimeoutMs));
        Assert.Empty(next.Partitions);
    }

    [Fact]
    public void an_init_during_a_transaction_fences_it_aborts_it_and_asks_to_come_again()
    {
        var decision = Init(In(TransactionStatus.Ongoing));
        Assert.Equal(KafkaError.ConcurrentTransactions, decision.Error);
        Assert.Equal((TransactionStatus.PrepareAbort, (short)(Epoch + 1)), (decision.Next!.Status, decision.Next.Epoch));
        Assert.Equal([Known], decision.Next.Partitions);
    }

    [Fact]
    public void the_first_init_gives_epoch_zero()
    {
        var decision = Init(new TransactionMetadata("id", Id));
        Assert.Equal((Id, (short)0), (decision.Next!.ProducerId, decision.Next.Epoch));
    }

    [Fact]
    public void an_exhausted_epoch_is_exchanged_for_a_new_id()
    {
        var next = Init(In(TransactionStatus.Empty) with { Epoch = short.MaxValue - 1 }).Next!;
        Assert.Equal((99L, (short)0, Id), (next.ProducerId, next.Epoch, next.PreviousProducerId));
        next = Init(In(TransactionStatus.CompleteAbort) with { Epoch = short.MaxValue }).Next!;
        Assert.Equal((99L, (short)0), (next.ProducerId, next.Epoch));
    }

    [Fact]
    public void a_producers_own_bump_is_repeated_not_doubled()
    {
        var bumped = TransactionRules.Init(In(TransactionStatus.CompleteAbort), false, 1000, Id, Epoch, () => 99, Now).Next!;
        Assert.Equal(((short)(Epoch + 1), Epoch), (bumped.Epoch, bumped.LastEpoch));
        var again = TransactionRules.Init(bumped, false, 1000, Id, Epoch, () => 99, Now).Next!;
        Assert.Equal((short)(Epoch + 1), again.Epoch);
        Assert.Equal(KafkaError.ProducerFenced, TransactionRules.Init(bumped, false, 1000, Id, Epoch - 1, () => 99, Now).Error);
        Assert.Equal(KafkaError.ProducerFenced, TransactionRules.Init(bumped, false, 1000, Id + 1, Epoch, () => 99, Now).Error);
    }

    [Fact]
    public void a_producers_own_bump_at_the_last_epoch_is_repeated_with_the_new_id()
    {
        var worn = In(TransactionStatus.CompleteCommit) with { Epoch = short.MaxValue - 1 };
        var exchanged = TransactionRules.Init(worn, false, 1000, Id, worn.Epoch, () => 99, Now).Next!;
        Assert.Equal((99L, (short)0, worn.Epoch), (exchanged.ProducerId, exchanged.Epoch, exchanged.LastEpoch));
        var again = TransactionRules.Init(exchanged, false, 1000, Id, worn.Epoch, () => 100, Now).Next!;
        Assert.Equal((99L, (short)0), (again.ProducerId, again.Epoch));
    }

    [Fact]
    public void only_the_arrows_of_the_drawing_are_legal()
    {
        var legal = from start in Enum.GetValues<TransactionStatus>()
                    from end in Enum.GetValues<TransactionStatus>()
                    where TransactionMetadata.IsLegal(start, end)
                    select $"{(int)start}{(int)end}";
        Assert.Equal("00 01 03 06 11 12 13 17 24 35 40 41 43 46 50 51 53 56 73", string.Join(' ', legal));
        Assert.Throws<InvalidOperationException>(() => In(TransactionStatus.PrepareCommit).To(TransactionStatus.Ongoing, Now));
    }

    [Fact]
    public void a_state_comes_back_from_its_record()
    {
        var state = In(TransactionStatus.Ongoing) with { Partitions = [Known, New, new("größer", 3)], StartedAt = 5, UpdatedAt = 6, TimeoutMs = 9, PreviousProducerId = 3, NextProducerId = 1L << 40, Protocol = TransactionProtocol.Second };
        var back = TransactionRecord.Read(TransactionRecord.ReadKey(TransactionRecord.Key("id")), TransactionRecord.Value(state));
        Assert.Equal(state.Partitions.Order(Comparer<TopicPartition>.Create((a, b) => string.CompareOrdinal(a.ToString(), b.ToString()))),
            back.Partitions.Order(Comparer<TopicPartition>.Create((a, b) => string.CompareOrdinal(a.ToString(), b.ToString()))));
        Assert.Equal(state with { Partitions = [] }, back with { Partitions = [] });
    }

    [Fact]
    public void a_record_of_version_0_is_read_still()
    {
        var old = Convert.FromHexString("0000" + "0000000000000007" + "0004" + "00000009" + "01" + "00000001" + "000174" + "00000001" + "00000001"
            + "0000000000000006" + "0000000000000005");
        var back = TransactionRecord.Read("id", old);
        Assert.Equal([New], back.Partitions);
        Assert.Equal(In(TransactionStatus.Ongoing) with { Partitions = [], StartedAt = 5, UpdatedAt = 6, TimeoutMs = 9 }, back with { Partitions = [] });
        Assert.Throws<InvalidRecordException>(() => TransactionRecord.Read("id", old[..^1]));
    }

    private static TransactionMetadata In(TransactionStatus status) => new("id", Id)
    {
        Epoch = Epoch, Status = status, Partitions = status is TransactionStatus.Ongoing ? [Known] : [], TimeoutMs = 500,
    };

    private static TransactionDecision Init(TransactionMetadata current) => TransactionRules.Init(current, false, 1000, -1, -1, () => 99, Now);

    private static TransactionDecision Add(TransactionMetadata current, TopicPartition partition) =>
        TransactionRules.Add(current, false, Id, Epoch, [partition], TransactionProtocol.First, Now);

    private static TransactionDecision End(TransactionMetadata current, bool isCommit) =>
        TransactionRules.End(current, false, Id, Epoch, isCommit, false, Now);

    private static string Shown(TransactionDecision decision) => decision.Next is { } next ? $"→{next.Status}" : decision.Error switch
    {
        KafkaError.None => "NONE",
        KafkaError.ConcurrentTransactions => "CONCURRENT",
        KafkaError.InvalidTxnState => "INVALID",
        KafkaError.InvalidProducerIdMapping => "MAPPING",
        _ => decision.Error.ToString(),
    };
}
