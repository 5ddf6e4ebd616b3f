using Confluent.Kafka;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Broker.History;

/// <summary>
/// Clients of a broker as a seed makes them, while it may be disturbed: producers in transactions, one without, a group
/// that copies what they send, committed readers of both.
/// </summary>
internal sealed class HistoryRun(string servers, int seed)
{
    private const int Partitions = 2;
    private const int Producers = 3;
    private const int Copiers = 2;
    private const int DwellOneIn = 8;
    private const int FetchWaitMs = 20; // the end of a partition is told when there was nothing for so long
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly string _in = TestNames.Topic("in");
    private readonly string _out = TestNames.Topic("out");
    private readonly List<HistoryCopier> _copiers = [];
    private volatile bool _isDisturbed = true;

    public HistoryLog Log { get; } = new();

    /// <summary>Members of the group that failed.</summary>
    public int Failures => _copiers.Sum(c => c.Failures);

    private List<TopicPartition> Places =>
    [
        .. from topic in (string[])[_in, _out]
           from partition in Enumerable.Range(0, Partitions)
           select new TopicPartition(topic, partition),
    ];

    /// <summary>
    /// Runs until each producer has sent so much, nothing disturbs any more and all is copied; then reads everything once
    /// more.
    /// </summary>
    public async Task RunAsync(int transactionsEach, Func<HistoryLog, Task> disturb)
    {
        foreach (var topic in (string[])[_in, _out]) await Clients.CreateTopicAsync(servers, topic, Partitions);
        for (var i = 0; i < Copiers; i++) _copiers.Add(new HistoryCopier(servers, _in, _out, i, Chance(100 + i), Log));
        using var over = new CancellationTokenSource();
        Task[] producing =
        [
            .. Enumerable.Range(0, Producers).Select(p => Task.Run(() => ProduceAsync(p, transactionsEach))),
            Task.Run(() => SendAsync(transactionsEach)),
        ];
        var copying = Task.WhenAll(_copiers.Select(copier => Task.Run(() => copier.RunAsync(over.Token))));
        var reading = Task.Run(() => Read(Chance(200), over.Token));
        try
        {
            await disturb(Log);
        }
        finally
        {
            _isDisturbed = false;
            await Task.WhenAll(producing);
            await WhenCopiedAsync(); // what is missing after it the judge will name
            await over.CancelAsync();
            await Task.WhenAll(copying, reading);
        }

        foreach (var place in Places) Read("last", place, 0, isFinal: true);
    }

    private async Task ProduceAsync(int number, int count)
    {
        var random = Chance(number);
        using var producer = new HistoryProducer(servers, $"{_in}-{number}", Log);
        for (var i = 0; i < count || _isDisturbed; i++)
        {
            var (isCommit, dwells) = (random.Next(4) > 0, random.Next(DwellOneIn) == 0);
            await producer.TransactAsync(isCommit, async () =>
            {
                for (var more = random.Next(1, 5); more > 0; more--)
                    await producer.SendAsync(new TopicPartition(_in, random.Next(Partitions)));
                if (dwells) await Log.DwellAsync(Places.Count);
            });
        }

        producer.Open();
    }

    // outside of transactions: each record is there once, in the order of its partition
    private async Task SendAsync(int count)
    {
        var random = Chance(Producers);
        var patience = (int)Patience.TotalMilliseconds;
        using var producer = Clients.Producer(servers, config => config.MessageTimeoutMs = patience);
        for (var i = 0; i < count || _isDisturbed; i++)
        {
            var (to, value) = (new TopicPartition(_in, random.Next(Partitions)), Log.NextValue());
            var result = await producer.ProduceAsync(to, new() { Key = "k", Value = BitConverter.GetBytes(value) });
            var sent = new Sent(to.ToString(), value, result.Offset.Value);
            Log.Add(new Transaction($"alone.{i}", Outcome.Committed, [sent]));
            if (random.Next(DwellOneIn) == 0) await Log.DwellAsync(0);
        }
    }

    private void Read(Random random, CancellationToken stop)
    {
        var places = Places;
        var known = new Dictionary<TopicPartition, long>();
        for (var pass = 0; !stop.IsCancellationRequested; pass++)
        {
            var place = places[pass % places.Count];
            var start = random.Next(2) == 0 ? 0 : random.NextInt64(known.GetValueOrDefault(place) + 1);
            var last = Read($"reader {pass}", place, start, isFinal: false);
            known[place] = Math.Max(known.GetValueOrDefault(place), last);
        }
    }

    /// <summary>Reads to the end, or as far as it gets.</summary>
    /// <returns>The last offset that it was given.</returns>
    private long Read(string reader, TopicPartition place, long start, bool isFinal)
    {
        using var consumer = Clients.Consumer(servers, $"{_in}-reader", config => config.FetchWaitMaxMs = FetchWaitMs);
        consumer.Assign(new TopicPartitionOffset(place, start));
        var seen = new List<(long Offset, int Value, long At)>();
        var deadline = Deadline.In(Deadline.Usual);
        while (!TryRead(consumer, seen))
        {
            if (!deadline.IsOver) continue;
            Assert.False(isFinal, $"{place} was not read to its end within {deadline}");
            break;
        }

        Log.Add(new Pass(reader, place.ToString(), start, isFinal, seen));
        return seen.Count > 0 ? seen[^1].Offset : start;
    }

    private static bool TryRead(IConsumer<string, byte[]> consumer, List<(long Offset, int Value, long At)> seen)
    {
        try
        {
            var record = consumer.Consume(TimeSpan.FromMilliseconds(100));
            if (record is null) return false;
            if (record.IsPartitionEOF) return true;
            seen.Add((record.Offset.Value, BitConverter.ToInt32(record.Message.Value), HistoryLog.Now));
            return false;
        }
        catch (ConsumeException)
        {
            return false; // of a broker that is not there
        }
    }

    /// <summary>A busy machine copies slowly: only who makes no headway for so long has stopped.</summary>
    private async Task WhenCopiedAsync()
    {
        var (all, before) = (Count(_in), Count(_out));
        var copied = before;
        while (copied < all && await Eventually.Happens(() => Task.FromResult((copied = Count(_out)) > before), Deadline.In(Patience)))
            before = copied;
    }

    private int Count(string topic) =>
        Enumerable.Range(0, Partitions).Sum(p => Clients.ReadAll(servers, topic, p).Count);

    private Random Chance(int of) => new((seed * 1000) + of);
}
