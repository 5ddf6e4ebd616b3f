using System.Globalization;
using FuturesEos.Contracts.Signals;

namespace FuturesEos.Contracts;

/// <summary>
/// Every topic, with its partitions and settings: the single declaration. Nothing is created by a broker on its own.
/// </summary>
public static class Topics
{
    /// <summary>Partitions of every topic.</summary>
    public const int Partitions = 3;

    /// <summary>Replication factor where that many brokers are, else as many as there are.</summary>
    public const int ReplicationFactor = 3;

    /// <summary>
    /// Replicas that must have a record before it counts, where <see cref="ReplicationFactor"/> brokers are.
    /// </summary>
    public const int MinInSyncReplicas = 2;

    /// <summary>What the names of decisions and dead letters begin with, unless configured otherwise.</summary>
    public const string DefaultPrefix = "trading";

    /// <summary>Application id of the processor, unless configured otherwise.</summary>
    public const string DefaultApplicationId = "futures-eos";

    /// <summary>Order events.</summary>
    public const string Orders = "trading.orders";

    /// <summary>
    /// Largest batch of signals, as it is on the wire: Kafka's default, said here since
    /// <see cref="DeadLetterBytesMax"/> follows from it.
    /// </summary>
    public const int SignalBytesMax = 1_048_588;

    /// <summary>
    /// Largest dead letter, and largest record of who writes one: a signal's batch with the headers that say why, and
    /// where it was compressed better than the writer compresses, eight times that.
    /// </summary>
    public const int DeadLetterBytesMax = 8 * SignalBytesMax;

    private const string MaxMessageBytes = "max.message.bytes";
    private const string Retention = "retention.ms";
    private const string CleanupPolicy = "cleanup.policy";
    private const string AfterMax = "message.timestamp.after.max.ms";

    /// <summary>The topic of a timeframe's signals: <c>trading.signal.1m</c> and so on.</summary>
    public static string Signals(Timeframe timeframe) => timeframe switch
    {
        Timeframe.OneMinute => "trading.signal.1m",
        Timeframe.FiveMinutes => "trading.signal.5m",
        _ => "trading.signal.15m",
    };

    /// <summary>The timeframe of a topic of signals; false for another topic.</summary>
    public static bool TryTimeframe(string topic, out Timeframe timeframe)
    {
        foreach (var candidate in Timeframes.All)
        {
            timeframe = candidate;
            if (topic == Signals(candidate)) return true;
        }

        timeframe = default;
        return false;
    }

    /// <summary>Decisions.</summary>
    public static string Decisions(string prefix = DefaultPrefix) => prefix + ".decisions";

    /// <summary>Records that were no signals, or late.</summary>
    public static string DeadLetters(string prefix = DefaultPrefix) => prefix + ".signal.dead-letter";

    /// <summary>The state's changelog.</summary>
    public static string Changelog(string applicationId = DefaultApplicationId) =>
        applicationId + "-signal-windows-changelog";

    /// <summary>
    /// Signals. The broker refuses a record whose time is over an hour ahead: a wrong clock must not move stream time.
    /// </summary>
    public static IReadOnlyList<TopicDeclaration> OfSignals { get; } =
        [.. Timeframes.All.ToArray().Select(timeframe => Declare(
            Signals(timeframe),
            (AfterMax, SignalReader.AheadMsMax.ToString(CultureInfo.InvariantCulture)),
            (MaxMessageBytes, SignalBytesMax.ToString(CultureInfo.InvariantCulture))))];

    /// <summary>What the processor writes to, its changelog included.</summary>
    public static IReadOnlyList<TopicDeclaration> OfProcessor(
        string applicationId = DefaultApplicationId, string prefix = DefaultPrefix) =>
    [
        Declare(Decisions(prefix), LetIn),
        Declare(
            DeadLetters(prefix), LetIn,
            (MaxMessageBytes, DeadLetterBytesMax.ToString(CultureInfo.InvariantCulture))),
        Declare(Changelog(applicationId), LetIn, (CleanupPolicy, "compact")),
    ];

    /// <summary>Order events.</summary>
    public static TopicDeclaration OfOrders { get; } = Declare(Orders, LetIn);

    /// <summary>All of one pipeline.</summary>
    public static IReadOnlyList<TopicDeclaration> All(
        string applicationId = DefaultApplicationId, string prefix = DefaultPrefix) =>
        [.. OfSignals, .. OfProcessor(applicationId, prefix), OfOrders];

    /// <summary>Replication factor on a cluster of that many brokers.</summary>
    public static int ReplicationOn(int brokers) => Math.Clamp(brokers, 1, ReplicationFactor);

    /// <summary>What was let in must not be refused on the way out: any time is taken.</summary>
    private static (string, string) LetIn => (AfterMax, long.MaxValue.ToString(CultureInfo.InvariantCulture));

    // replayed market data carries its own, old timestamps: retention by time would delete it at once
    private static TopicDeclaration Declare(string name, params (string Name, string Value)[] settings) => new(
        name, Partitions,
        settings.Prepend((Retention, "-1")).ToDictionary(setting => setting.Item1, setting => setting.Item2));
}
