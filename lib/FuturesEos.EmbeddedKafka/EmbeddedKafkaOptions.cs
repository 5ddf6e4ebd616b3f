using FuturesEos.EmbeddedKafka.Network;

namespace FuturesEos.EmbeddedKafka;

/// <summary>How the embedded broker listens, stores and bounds what clients may ask of it.</summary>
public sealed class EmbeddedKafkaOptions
{
    /// <summary>Where everything lies. One broker at a time.</summary>
    public required string DataFolder { get; init; }

    /// <summary>
    /// Address to listen on, or a name of it (the host of Kafka's <c>listeners</c>). Loopback unless told otherwise;
    /// 0.0.0.0 and :: are every address of the machine, and need <see cref="AdvertisedListener"/>. Beyond loopback give
    /// <see cref="Tls"/> or <see cref="Sasl"/>: without them whoever reaches the address may do everything.
    /// </summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>Port to listen on; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>
    /// host or host:port that clients are told (Kafka's <c>advertised.listeners</c>), an IPv6 address in brackets; the
    /// port is by default the one that is listened on. Null tells them <see cref="Host"/> as it stands there,
    /// like Kafka.
    /// </summary>
    public string? AdvertisedListener { get; init; }

    /// <summary>Null listens without TLS.</summary>
    public Security.TlsOptions? Tls { get; init; }

    /// <summary>Null lets everybody in whom <see cref="Security.TlsOptions.ClientCaFile"/> does not keep out.</summary>
    public Security.SaslOptions? Sasl { get; init; }

    /// <summary>Null keeps the folder's own, made at its first start.</summary>
    public string? ClusterId { get; init; }

    /// <summary>The broker's number in metadata.</summary>
    public int NodeId { get; init; } = 1;

    public FsyncPolicy Fsync { get; init; } = FsyncPolicy.Never;

    /// <summary>Between two forced writes under <see cref="FsyncPolicy.Interval"/>.</summary>
    public TimeSpan FsyncInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Partitions of a topic whose creator does not say.</summary>
    public int DefaultPartitions { get; init; } = 1;

    /// <summary>Largest record batch, unless the topic's <c>max.message.bytes</c> says otherwise.</summary>
    public int MaxMessageBytes { get; init; } = 1_048_588;

    /// <summary>
    /// Connections at a time; the next is closed at once. Where the process may not open so many files
    /// (<c>ulimit -n</c>) it is fewer.
    /// </summary>
    public int MaxConnections { get; init; } = 4096;

    /// <summary>Largest request; a longer one closes its connection.</summary>
    public int MaxRequestBytes { get; init; } = 16 << 20;

    /// <summary>
    /// All requests that arrive or are in work, together (<c>queued.max.request.bytes</c>); those of up to 4 KiB do not
    /// count. Who would exceed it is not read until there is room; a request that is larger is served alone.
    /// </summary>
    public long MaxInFlightBytes { get; init; } = 256 << 20;

    /// <summary>All partitions together; creating more is refused.</summary>
    public int MaxPartitions { get; init; } = 4096;

    /// <summary>
    /// A request must have arrived this long after its first byte, an answer be taken this long after it began; and a
    /// client must have finished its TLS handshake and its authentication this long after it connected.
    /// </summary>
    public TimeSpan TransferTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A connection without requests is closed after this.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How long the first join of an empty group waits for others. Kafka's 3 s spare a big group work; none here.
    /// </summary>
    public TimeSpan GroupInitialRebalanceDelay { get; init; }

    /// <summary>Shortest session timeout a member may ask for.</summary>
    public TimeSpan GroupMinSessionTimeout { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>Longest session timeout a member may ask for.</summary>
    public TimeSpan GroupMaxSessionTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Longest transaction timeout a producer may ask for.</summary>
    public TimeSpan TransactionMaxTimeout { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// How long a transactional id that nobody uses is remembered (<c>transactional.id.expiration.ms</c>). Who comes
    /// back later must ask for a producer id again; until then INVALID_PRODUCER_ID_MAPPING is the answer.
    /// </summary>
    public TimeSpan TransactionalIdExpiration { get; init; } = TimeSpan.FromDays(7);

    /// <summary>
    /// How long the positions of a group are kept after they were committed and its last member left; those in topics
    /// that a group with members does not read, after they were committed (<c>offsets.retention.minutes</c>). What is
    /// over is looked for every ten minutes, or ten times in this time, but not more often than each second.
    /// </summary>
    public TimeSpan OffsetsRetention { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Clock of timeouts and record times.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Which requests go wrong, for tests of clients; null lets all go right.</summary>
    public Faults.FaultPlan? Faults { get; init; }

    /// <exception cref="ArgumentException">A value is out of its range; the text names it.</exception>
    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(DataFolder);
        Require(Port is >= 0 and <= ushort.MaxValue, nameof(Port), "0 to 65535");
        ValidateAddresses();
        Sasl?.Validate();
        Require(NodeId >= 0, nameof(NodeId), "0 or more");
        Require(
            DefaultPartitions >= 1 && DefaultPartitions <= MaxPartitions,
            nameof(DefaultPartitions), "1 to MaxPartitions");
        Require(MaxConnections >= 1, nameof(MaxConnections), "1 or more");
        Require(MaxMessageBytes >= 1024, nameof(MaxMessageBytes), "1024 or more");
        Require(
            MaxRequestBytes >= MaxMessageBytes + 1024, nameof(MaxRequestBytes), "1024 above MaxMessageBytes, or more");
        Require(MaxInFlightBytes >= 1, nameof(MaxInFlightBytes), "1 or more");
        Require(FsyncInterval > TimeSpan.Zero, nameof(FsyncInterval), "positive");
        Require(TransferTimeout > TimeSpan.Zero, nameof(TransferTimeout), "positive");
        Require(IdleTimeout > TimeSpan.Zero, nameof(IdleTimeout), "positive");
        Require(GroupInitialRebalanceDelay >= TimeSpan.Zero, nameof(GroupInitialRebalanceDelay), "not negative");
        Require(
            GroupMinSessionTimeout > TimeSpan.Zero && GroupMinSessionTimeout <= GroupMaxSessionTimeout,
            nameof(GroupMinSessionTimeout),
            "positive and not above GroupMaxSessionTimeout");
        Require(OffsetsRetention > TimeSpan.Zero, nameof(OffsetsRetention), "positive");
        Require(TransactionMaxTimeout > TimeSpan.Zero, nameof(TransactionMaxTimeout), "positive");
        Require(TransactionalIdExpiration > TimeSpan.Zero, nameof(TransactionalIdExpiration), "positive");
    }

    private void ValidateAddresses()
    {
        Require(!string.IsNullOrWhiteSpace(Host), nameof(Host), "an address of this machine, or a name of it");
        var told = AdvertisedListener is null ? null : HostPort.TryParse(AdvertisedListener);
        Require(
            AdvertisedListener is null || told is not null,
            nameof(AdvertisedListener),
            "host or host:port, an IPv6 address in brackets");
        var host = (told ?? HostPort.Of(Host)).Host;
        Require(
            !HostPort.IsEveryAddress(host),
            nameof(AdvertisedListener),
            $"an address that clients can connect to: {host} is every address of this machine");
    }

    private static void Require(bool holds, string option, string range)
    {
        if (!holds)
            throw new ArgumentException($"{option} must be {range}.", option);
    }
}
