using FuturesEos.EmbeddedKafka;
using FuturesEos.EmbeddedKafka.Log;
using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.EmbeddedKafka.Topics;
using FuturesEos.Tests.EmbeddedKafka.Log;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuturesEos.Tests.EmbeddedKafka.Simulation;

/// <summary>
/// One broker's folder and its lives: opened, killed at any call to the disk or stopped, opened again.
/// </summary>
internal sealed class SimulatedBroker(SimulationRun run, FsyncPolicy fsync) : IDisposable
{
    public const string Topic = "t";

    public static readonly byte[] AllPartitions = [0, 1, 2];

    public static readonly int Partitions = AllPartitions.Length;

    /// <summary>
    /// Positions of it change seldom, so that compaction has old ones to keep. It may be deleted and made again; then
    /// it is written to as well, in transactions.
    /// </summary>
    public const string SeldomTopic = "s";

    public const int SeldomPartitions = 8;

    /// <summary>What positions are committed of.</summary>
    public static readonly TopicPartition[] Positions =
    [
        .. AllPartitions.Select(p => new TopicPartition(Topic, p)),
        .. Enumerable.Range(0, SeldomPartitions).Select(p => new TopicPartition(SeldomTopic, p)),
    ];

    /// <summary>Longer than a request is under way; some clients are silent for longer, and the group is deserted.</summary>
    public static readonly TimeSpan Expiration = TimeSpan.FromSeconds(60);

    /// <summary>No client is silent for so long, and no request under way; those that have died are.</summary>
    private static readonly TimeSpan ProducerExpiration = TimeSpan.FromSeconds(90);

    /// <summary>What is told of the folder: nobody connects there.</summary>
    private static readonly BrokerNode Node = new("simulation", 1, "here", 1);

    private static readonly Peer Client = new("/client", Sasl: null);

    private readonly LogFolder _folder = new();
    private readonly ForcedFiles _forced = new();
    private Lane _lane = new(run.Time);
    private SimulatedDisk? _disk;
    private BackgroundWork? _background;

    /// <summary>Null while no broker lives.</summary>
    public BrokerCore? Core { get; private set; }

    /// <summary>It died in the midst of something, and nobody has noticed yet.</summary>
    public bool IsDead => Core is not null && _lane.IsDead;

    /// <summary>Starts a life; false when it ended during the start.</summary>
    public bool Open(int callsToLive = int.MaxValue)
    {
        _lane = new Lane(run.Time);
        _disk = new SimulatedDisk(_lane, run.Random, _forced);
        _disk.DieAt(callsToLive);
        _background = new BackgroundWork(run.Time, _lane, WaitOfBackground);
        var expiration = run.HasExpiry ? Expiration : TimeSpan.FromDays(1);
        var options = new EmbeddedKafkaOptions
        {
            DataFolder = _folder.Path,
            Time = run.Time,
            Fsync = fsync,
            OffsetsRetention = expiration,
            TransactionalIdExpiration = expiration,
        };
        var environment = new LogEnvironment(run.Time, NullLogger.Instance)
        {
            Fsync = fsync, Storage = _disk, Background = _background, ProducerExpiration = ProducerExpiration,
        };
        Task<BrokerCore>? opening = null;
        _lane.Run(() => opening = BrokerCore.OpenAsync(options, environment, Node));
        run.Time.Drain();
        if (_lane.IsDead)
        {
            Bury();
            return false;
        }

        Core = opening!.IsCompleted
            ? opening.GetAwaiter().GetResult()
            : throw new InvalidOperationException("a start waits for something");
        return true;
    }

    /// <summary>Segments of a few batches, so that rolling, snapshots and compaction are met often.</summary>
    public void CreateTopics()
    {
        var small = new Dictionary<string, string> { [TopicSettings.SegmentBytes] = "1500" };
        _lane.Run(() =>
        {
            if (run.HasDeletions) small[TopicSettings.RetentionBytes] = "6000";
            Core!.Topics.Create(Topic, Partitions, small);
            Core.Topics.Create(SeldomTopic, SeldomPartitions, []);
            Core.Topics.ChangeSettings(TopicName.ConsumerOffsets, own => new(own)
            {
                [TopicSettings.SegmentBytes] = "1024", [TopicSettings.DeleteRetentionMs] = "20000",
            });
        });
    }

    /// <summary>Whether writes fail for lack of space, perhaps half way, from now on.</summary>
    public void FillDisk(bool isFull) => (_disk!.IsFull, _disk.IsTearing) = (isFull, run.Random.Next(2) == 0);

    /// <summary>Dies at a call to the disk, the next being 1.</summary>
    public void DieAt(int call) => _disk!.DieAt(call);

    public void Kill()
    {
        _lane.Die();
        Bury();
    }

    /// <summary>
    /// What is left to do after a death: with fsync = always most are power cuts, else all are SIGKILLs.
    /// </summary>
    public void Bury() => End(isPowerCut: fsync == FsyncPolicy.Always && run.Random.Next(3) > 0);

    /// <summary>A clean stop. The disk may still kill it on the way.</summary>
    public void Stop()
    {
        Task? stopping = null;
        _lane.Run(() => stopping = Core!.DisposeAsync().AsTask());
        while (!_lane.IsDead && !stopping!.IsCompleted)
        {
            run.Time.Drain();
            _lane.Run(_background!.RunAll);
        }

        _lane.Die();
        Bury();
    }

    /// <summary>Answers a request, without its length, in this life; null where none is given.</summary>
    public void Serve(ReadOnlyMemory<byte> frame, Action<byte[]> answer) =>
        _lane.Run(() => _ = ServeAsync(Core!.Dispatcher, frame, answer));

    public void Dispose()
    {
        _lane.Die();
        End(isPowerCut: false);
        _folder.Dispose();
    }

    private async Task ServeAsync(Dispatcher dispatcher, ReadOnlyMemory<byte> frame, Action<byte[]> answer)
    {
        try
        {
            using var reply = await dispatcher.DispatchAsync(frame, Client, CancellationToken.None);
            reply.Frame!.FinishFrame();
            answer(reply.Frame.ToArray());
        }
        catch (BrokerKilledException)
        {
            // nobody is left to answer
        }
        catch (Exception unexpected)
        {
            run.Fail($"a request was not answered: {unexpected}");
        }
    }

    /// <summary>Half of the time of the topic that is written to.</summary>
    public static TopicPartition SomePosition(Random random) =>
        Positions[random.Next(random.Next(2) == 0 ? Partitions : Positions.Length)];

    private TimeSpan WaitOfBackground() =>
        TimeSpan.FromMilliseconds(run.Random.Next(run.IsHealing || run.Random.Next(2) == 0 ? 3 : 3000));

    private void End(bool isPowerCut)
    {
        _disk?.End(isPowerCut);
        _disk = null;
        Core = null;
    }
}
